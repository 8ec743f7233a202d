--- pillow-lsp in Neovim 0.12: ghost text that is accepted whole, by word or by line, and a component for status lines.
local M = {}

M.name = 'pillow-lsp'

--- What each client said last, by its id.
local status = {}
--- How much of a suggestion has been taken, in UTF-16 units, by its id.
local taken = {}

---@class pillow.Options
---@field cmd? string[] The server's command.
---@field filetypes? string[] All kinds of file where it is missing.
---@field settings? table The server's settings.
---@field keys? table<string, string|false> Keys by what they do; `false` for none.

local defaults = {
  cmd = { 'pillow-lsp', 'serve' },
  keys = {
    accept = '<C-l>', accept_word = '<M-w>', accept_line = '<M-l>', reject = '<C-]>', next = '<M-n>', previous = '<M-p>',
  },
}

--- The client of a buffer.
function M.client(buffer) return vim.lsp.get_clients({ name = M.name, bufnr = buffer or 0 })[1] end

---@param options? pillow.Options
function M.setup(options)
  options = vim.tbl_deep_extend('force', defaults, options or {})
  vim.lsp.config(M.name, {
    cmd = options.cmd, filetypes = options.filetypes, root_markers = { '.pillow', '.git' },
    settings = { [M.name] = options.settings },
    capabilities = { experimental = { pillow = { status = true } } },
    handlers = {
      ['pillow/didChangeStatus'] = function(_, result, context)
        status[context.client_id] = result
        vim.cmd.redrawstatus()
      end,
    },
  })
  vim.lsp.enable(M.name)
  vim.lsp.inline_completion.enable()
  for name, key in pairs(options.keys) do
    if key then
      vim.keymap.set('i', key, function() return M[name]() and '' or key end,
        { expr = true, replace_keycodes = true, desc = 'pillow: ' .. name:gsub('_', ' ') })
    end
  end
end

--- Inserts the suggestion. Returns whether there was one, as the others do.
function M.accept() return vim.lsp.inline_completion.get() end

function M.next() return M.select(1) end

function M.previous() return M.select(-1) end

function M.select(count)
  if not vim.lsp.inline_completion.is_enabled({ bufnr = 0 }) then return false end
  vim.schedule(function() vim.lsp.inline_completion.select({ count = count }) end)
  return true
end

--- The suggestion goes away, and the server hears that it was no good.
---@param reason? string
function M.reject(reason)
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local client = vim.lsp.get_client_by_id(item.client_id)
      if client and item.command then
        client:notify('pillow/didReject', { id = item.command.arguments[1], reason = reason })
      end
    end,
  })
end

--- Inserts what a pattern finds at the suggestion's beginning; the rest comes again as a suggestion.
local function accept_part(pattern)
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local text = item.insert_text
      local part = type(text) == 'string' and text:match(pattern)
      if not part or part == text then return item end
      local client = vim.lsp.get_client_by_id(item.client_id)
      local id = item.command and item.command.arguments[1]
      if client and id then
        taken[id] = (taken[id] or 0) + vim.str_utfindex(part, 'utf-16')
        client:notify('textDocument/didPartiallyAcceptCompletion', {
          item = { insertText = text, command = item.command }, acceptedLength = taken[id],
        })
      end
      item.insert_text, item.command = part, nil
      return item
    end,
  })
end

--- The next word with what stands before it.
function M.accept_word() return accept_part('^%s*[^%s]+') end

--- The rest of the line, or the next one.
function M.accept_line() return accept_part('^\n*[^\n]*') end

--- For a status line: empty without a server, `pillow`, `pillow …` while it completes, `pillow: message` when
--- something is wrong.
function M.statusline()
  local client = M.client()
  if not client then return '' end
  local known = status[client.id]
  if known and known.message ~= '' then return 'pillow: ' .. known.message end
  return known and known.busy and 'pillow …' or 'pillow'
end

return M
