--- The list of accepted completions that can be kept as exemplars.
local M = {}

local function tell(text, level) vim.notify('pillow: ' .. text, level or vim.log.levels.INFO) end

local help = 'a: add to the pool   d: do not offer again   q: close'

--- Fills the list's buffer; `rows` gets the candidate of each line.
local function fill(list, candidates)
  local lines, rows = { help }, {}
  for _, candidate in ipairs(candidates) do
    local start = #lines + 1
    local file = candidate.documentURI and vim.fs.basename(candidate.documentURI) or 'no file'
    vim.list_extend(lines, { '', ('# %s, %.0f %% kept'):format(file, 100 * candidate.keptShare) })
    vim.list_extend(lines, vim.split(vim.trim(candidate.instruction), '\n'))
    if candidate.input ~= '' then vim.list_extend(lines, vim.split(candidate.input, '\n')) end
    for _, line in ipairs(vim.split((candidate.text:gsub('^\n+', '')), '\n')) do
      lines[#lines + 1] = line == '' and '' or '    ' .. line
    end
    for row = start, #lines do rows[row] = candidate end
  end
  vim.bo[list.buffer].modifiable = true
  vim.api.nvim_buf_set_lines(list.buffer, 0, -1, false, lines)
  vim.bo[list.buffer].modifiable = false
  list.rows = rows
end

local function request(list, method, params, done)
  params = vim.tbl_extend('error', { uri = list.uri }, params)
  list.client:request(method, params, function(problem, result)
    if problem then return tell(problem.message, vim.log.levels.ERROR) end
    done(result)
  end)
end

local function close(list)
  if vim.api.nvim_buf_is_valid(list.buffer) then vim.api.nvim_buf_delete(list.buffer, { force = true }) end
end

local function refresh(list)
  request(list, 'pillow/harvest/list', vim.empty_dict(), function(result)
    if not vim.api.nvim_buf_is_valid(list.buffer) then return end
    if #result.candidates == 0 then return close(list) end
    fill(list, result.candidates)
  end)
end

local function open(list, candidates)
  vim.cmd('botright new')
  list.buffer = vim.api.nvim_get_current_buf()
  vim.bo[list.buffer].buftype, vim.bo[list.buffer].bufhidden = 'nofile', 'wipe'
  vim.bo[list.buffer].swapfile = false
  vim.api.nvim_buf_set_name(list.buffer, 'pillow://harvest')
  fill(list, candidates)
  vim.api.nvim_win_set_cursor(0, { 3, 0 })
  local function key(name, description, action)
    vim.keymap.set('n', name, action, { buffer = list.buffer, nowait = true, desc = 'pillow: ' .. description })
  end
  local function decide(method, say)
    return function()
      local candidate = list.rows[vim.api.nvim_win_get_cursor(0)[1]]
      if not candidate then return end
      request(list, method, { id = candidate.id }, function(result)
        if say then tell(say(result)) end
        refresh(list)
      end)
    end
  end
  key('a', 'add to the pool', decide('pillow/harvest/take', function(result)
    return ('kept as exemplar %d'):format(result.exemplar.id)
  end))
  key('d', 'do not offer again', decide('pillow/harvest/decline'))
  key('q', 'close', function() close(list) end)
end

--- Opens the list below, with each completion's instruction and answer.
---@param client vim.lsp.Client
---@param uri string A document of the project.
function M.open(client, uri)
  local list = { client = client, uri = uri, rows = {} }
  request(list, 'pillow/harvest/list', vim.empty_dict(), function(result)
    if #result.candidates == 0 then return tell('no completion to keep') end
    open(list, result.candidates)
  end)
end

return M
