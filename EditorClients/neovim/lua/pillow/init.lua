--- pillow-lsp in Neovim 0.12: ghost text that can be accepted whole, by word or by line, and a status line component.
local server = require('pillow.server')
local suggestion = require('pillow.suggestion')

local M = {}

M.name = 'pillow-lsp'

---@class pillow.Options
---@field cmd? string[] The server's command.
---@field filetypes? string[] All file types if it is missing.
---@field settings? table The server's settings.
---@field keys? table<string, string|false> Keys by action; `false` disables one.

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
  vim.lsp.config(M.name, vim.tbl_extend('error', server.config(), {
    cmd = options.cmd, filetypes = options.filetypes, root_markers = { '.pillow', '.git' },
    settings = { [M.name] = options.settings },
    capabilities = { experimental = { pillow = { status = true } } },
  }))
  server.setup()
  suggestion.setup()
  vim.lsp.enable(M.name)
  vim.lsp.inline_completion.enable()
  for name, key in pairs(options.keys) do
    if key then
      vim.keymap.set('i', key, function() return M[name]() and '' or key end,
        { expr = true, replace_keycodes = true, desc = 'pillow: ' .. name:gsub('_', ' ') })
    end
  end
end

--- Inserts the suggestion. Returns whether there was one, like the other functions.
function M.accept() return suggestion.take(function(item) return item end) end

function M.next() return M.select(1) end

function M.previous() return M.select(-1) end

function M.select(count)
  if not vim.lsp.inline_completion.is_enabled({ bufnr = 0 }) then return false end
  vim.schedule(function() vim.lsp.inline_completion.select({ count = count }) end)
  return true
end

local function id_of(item) return item.command and item.command.arguments[1] end

--- Hides the suggestion and tells the server that it was no good.
---@param reason? string
function M.reject(reason)
  return suggestion.take(function(item)
    local client = vim.lsp.get_client_by_id(item.client_id)
    if client and id_of(item) then client:notify('pillow/didReject', { id = id_of(item), reason = reason }) end
  end)
end

--- Inserts what a pattern finds where the suggestion goes on; the rest is then suggested again.
local function accept_part(pattern)
  return suggestion.take(function(item, typed, before)
    local text = item.insert_text
    local part = text:sub(#typed + 1):match(pattern)
    if not part or typed .. part == text then return item end
    local client = vim.lsp.get_client_by_id(item.client_id)
    if client and id_of(item) then
      client:notify('textDocument/didPartiallyAcceptCompletion', {
        item = { insertText = text, command = item.command },
        acceptedLength = before + vim.str_utfindex(typed .. part, 'utf-16'),
      })
    end
    item.insert_text, item.command = typed .. part, nil
    return item
  end)
end

--- The next word with what stands before it.
function M.accept_word() return accept_part('^%s*[^%s]+') end

--- The rest of the line, or the next one.
function M.accept_line() return accept_part('^\n*[^\n]*') end

--- For a status line: `pillow`, `pillow …` while it completes, `pillow (2 to keep)` when completions can be kept as
--- exemplars, `pillow (412 to mine)` when exemplars can be mined from the project, `pillow: message` when something is wrong; empty where no server belongs.
function M.statusline()
  local client = M.client()
  if not client then
    local reason = server.lost(0)
    return reason and 'pillow: ' .. reason or ''
  end
  local known = server.status(client) or {}
  if known.message and known.message ~= '' and known.kind ~= 'Normal' then return 'pillow: ' .. known.message end
  if known.busy then return 'pillow …' end
  if (known.harvest or 0) > 0 then return ('pillow (%d to keep)'):format(known.harvest) end
  if (known.mine or 0) > 0 then return ('pillow (%d to mine)'):format(known.mine) end
  return known.learned and 'pillow: ' .. known.learned or 'pillow'
end

return M
