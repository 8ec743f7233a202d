--- Tracks the suggestion on show and whether it still fits the text. Neovim by itself keeps a suggestion while other
--- text is typed over it, and would insert it.
local M = {}

local api = vim.api
local space = api.nvim_create_namespace('pillow.suggestion')
local method = 'textDocument/inlineCompletion'

--- What is on show, by buffer: its items with the marks of the text they replace, the cursor's place, and `answer`,
--- which hands other items to Neovim.
local shown = {}
--- Where the suggestion was first offered, by buffer: an id and a mark that stays there while its parts are accepted.
local begun = {}

local function cursor(buffer)
  local window = vim.fn.bufwinid(buffer)
  return window ~= -1 and api.nvim_win_get_cursor(window) or { 0, 0 }
end

local function id_of(item) return item.command and item.command.arguments and item.command.arguments[1] end

local function forget(buffer)
  for _, item in ipairs(shown[buffer] and shown[buffer].items or {}) do
    if api.nvim_buf_is_valid(buffer) then api.nvim_buf_del_extmark(buffer, space, item.mark) end
  end
  shown[buffer] = nil
end

local function set_mark(buffer, row, col, end_row, end_col)
  return api.nvim_buf_set_extmark(buffer, space, row, col, {
    end_row = end_row, end_col = end_col, right_gravity = false, end_right_gravity = true,
  })
end

local function remember(client, buffer, items, answer)
  forget(buffer)
  local known = { client_id = client.id, answer = answer, cursor = cursor(buffer), items = {} }
  for _, item in ipairs(items) do
    if type(item.insertText) ~= 'string' or not item.range then return end
    local range = vim.range.lsp(buffer, item.range, client.offset_encoding)
    local row, col, end_row, end_col = range.start_row, range.start_col, range.end_row, range.end_col
    known.items[#known.items + 1] = {
      id = id_of(item), text = item.insertText, row = row, col = col,
      original = table.concat(api.nvim_buf_get_text(buffer, row, col, end_row, end_col, {}), '\n'),
      mark = set_mark(buffer, row, col, end_row, end_col),
    }
  end
  shown[buffer] = known
  local first = known.items[1]
  if not begun[buffer] or begun[buffer].id ~= first.id then
    begun[buffer] = { id = first.id, mark = set_mark(buffer, first.row, first.col, first.row, first.col) }
  end
end

--- The text that stands in an item's place now, with its end; nil when the item does not fit it any more.
local function standing(buffer, known, item)
  local mark = api.nvim_buf_get_extmark_by_id(buffer, space, item.mark, { details = true })
  if mark[1] ~= item.row or mark[2] ~= item.col then return end
  local end_row, end_col = mark[3].end_row, mark[3].end_col
  local text = table.concat(api.nvim_buf_get_text(buffer, item.row, item.col, end_row, end_col, {}), '\n')
  local at = cursor(buffer)
  local fits
  if text == item.original then
    fits = vim.deep_equal(at, known.cursor)
  else
    -- Something was typed: it has to be what the suggestion begins with.
    fits = vim.startswith(item.text, text) and at[1] == end_row + 1 and at[2] == end_col
  end
  if fits then return text, end_row, end_col end
end

--- Scrolls so that the lines of the suggestion below the cursor's line can be seen, as many as the window has room for.
local function reveal(buffer)
  local window = api.nvim_get_current_win()
  local item = shown[buffer] and shown[buffer].items[1]
  if not item or api.nvim_win_get_buf(window) ~= buffer then return end
  local _, below = item.text:gsub('\n', '')
  local height, view = api.nvim_win_get_height(window), vim.fn.winsaveview()
  local last = math.max(1, item.row + 1 - vim.wo[window].scrolloff)
  local top = view.topline
  while top < last
    and api.nvim_win_text_height(window, { start_row = top - 1, end_row = item.row }).all + below > height
  do
    top = top + 1
  end
  if top ~= view.topline then vim.fn.winrestview({ topline = top }) end
end

--- Takes the suggestion off the screen.
local function drop(buffer)
  local known = shown[buffer]
  forget(buffer)
  if known and vim.lsp.buf_is_attached(buffer, known.client_id) then known.answer({}) end
end

--- Whether something is on show that does not fit what was typed.
local function is_stale(buffer)
  local known = shown[buffer]
  return known ~= nil
    and not vim.iter(known.items):all(function(item) return standing(buffer, known, item) ~= nil end)
end

local function check(buffer)
  if is_stale(buffer) then drop(buffer) else reveal(buffer) end
end

--- Watches what a client answers.
---@param client vim.lsp.Client
function M.watch(client)
  local request = client.request
  client.request = function(self, name, params, handler, buffer)
    if name ~= method or not handler then return request(self, name, params, handler, buffer) end
    buffer = vim._resolve_bufnr(buffer)
    local tick, place = api.nvim_buf_get_changedtick(buffer), cursor(buffer)
    return request(self, name, params, function(problem, result, context, ...)
      if not api.nvim_buf_is_loaded(buffer) then return end
      local is_late = api.nvim_buf_get_changedtick(buffer) ~= tick or not vim.deep_equal(cursor(buffer), place)
      if problem or not result or is_late then return handler(problem, nil, context, ...) end
      handler(nil, result, context, ...)
      local items = result.items or result
      if #items == 0 or not vim.startswith(api.nvim_get_mode().mode, 'i') then return forget(buffer) end
      remember(client, buffer, items, function(others) handler(nil, others, context) end)
      reveal(buffer)
    end, buffer)
  end
end

function M.setup()
  local group = api.nvim_create_augroup('pillow.suggestion', {})
  api.nvim_create_autocmd({ 'TextChangedI', 'TextChangedP', 'CursorMovedI' }, {
    group = group, callback = function(event) check(event.buf) end,
  })
  api.nvim_create_autocmd({ 'InsertLeave', 'BufUnload' }, {
    group = group, callback = function(event) forget(event.buf) end,
  })
end

--- Hands the suggestion to `change`, and inserts what that returns. A suggestion that does not fit what was typed is
--- taken off the screen instead.
---@param change fun(item: table, typed: string, before: integer): table?
---  `typed` is the part of the item that is already there; `before` is the length of the suggestion in front of it, in
---  UTF-16 units.
---@return boolean # Whether there was a suggestion.
function M.take(change)
  local buffer = api.nvim_get_current_buf()
  if is_stale(buffer) then
    vim.schedule(function() drop(buffer) end)
    return true
  end
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local client = vim.lsp.get_client_by_id(item.client_id)
      if not client or client.name ~= require('pillow').name then return item end
      local known = shown[buffer]
      for _, candidate in ipairs(known and known.items or {}) do
        if candidate.text == item.insert_text and candidate.id == id_of(item) then
          local text, end_row, end_col = standing(buffer, known, candidate)
          if not text then return end
          item.range = vim.range(buffer, candidate.row, candidate.col, end_row, end_col)
          return change(item, vim.startswith(candidate.text, text) and text or '', M.taken(buffer, candidate))
        end
      end
    end,
  })
end

--- How much of the suggestion stands before an item that offers its rest, in UTF-16 units.
function M.taken(buffer, item)
  local first = begun[buffer]
  local mark = first and first.id == item.id and api.nvim_buf_get_extmark_by_id(buffer, space, first.mark, {}) or {}
  if not mark[1] or mark[1] > item.row or (mark[1] == item.row and mark[2] > item.col) then return 0 end
  local text = table.concat(api.nvim_buf_get_text(buffer, mark[1], mark[2], item.row, item.col, {}), '\n')
  return vim.str_utfindex(text, 'utf-16')
end

return M
