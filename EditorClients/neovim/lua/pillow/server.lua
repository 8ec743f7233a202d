--- The server's life: what it says about itself, and what happens when it dies.
local M = {}

--- Deaths within so many seconds count as one series.
local series = 120
--- How often a series of deaths ends with a new start.
local most = 3

--- What each client said last, by its id.
local status = {}
--- Clients that were told to stop, by id.
local stopping = {}
--- Why a buffer has no server, by buffer.
local lost = {}
--- The times of the last deaths, by folder.
local deaths = {}
--- How each buffer's server was started, for `restart`.
local configs = {}

local function redraw() vim.cmd.redrawstatus({ bang = true }) end

local function start(config, buffers)
  local id = vim.lsp.start(config, { attach = false })
  if not id then return end
  for _, buffer in ipairs(buffers) do
    if vim.api.nvim_buf_is_loaded(buffer) then vim.lsp.buf_attach_client(buffer, id) end
  end
end

local function set_lost(buffers, reason)
  for _, buffer in ipairs(buffers) do lost[buffer] = reason end
  redraw()
end

--- Starts the server again after it died, a few times; then says how to.
local function died(client, buffers, reason)
  local now, folder = vim.uv.now() / 1000, client.root_dir or ''
  local recent = vim.iter(deaths[folder] or {}):filter(function(time) return now - time < series end):totable()
  recent[#recent + 1] = now
  deaths[folder] = recent
  if #recent > most then
    return set_lost(buffers, reason .. '; see :checkhealth pillow, then :Pillow restart')
  end
  set_lost(buffers, reason .. '; starting it again')
  vim.defer_fn(function() start(client.config, buffers) end, 200 * 4 ^ (#recent - 1))
end

local function stopped(code, signal, id)
  local client = vim.lsp.get_client_by_id(id)
  local buffers = client and vim.tbl_keys(client.attached_buffers) or {}
  local was_told = stopping[id]
  status[id], stopping[id] = nil, nil
  vim.schedule(function()
    if not client or vim.v.exiting ~= vim.NIL then return end
    for _, buffer in ipairs(buffers) do configs[buffer] = client.config end
    if was_told then return set_lost(buffers, 'the server is stopped; :Pillow restart starts it') end
    local how = signal ~= 0 and 'signal ' .. signal or 'exit code ' .. code
    died(client, buffers, ('the server died (%s)'):format(how))
  end)
end

--- What of the client's configuration is about the server's life.
function M.config()
  return {
    on_init = function(client)
      local stop = client.stop
      client.stop = function(...)
        stopping[client.id] = true
        return stop(...)
      end
      require('pillow.suggestion').watch(client)
    end,
    on_exit = stopped,
    handlers = {
      ['pillow/didChangeStatus'] = function(_, result, context)
        status[context.client_id] = result
        redraw()
      end,
    },
  }
end

function M.setup()
  vim.api.nvim_create_autocmd('LspAttach', {
    group = vim.api.nvim_create_augroup('pillow.server', {}),
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if not client or client.name ~= require('pillow').name then return end
      lost[event.buf] = nil
      redraw()
    end,
  })
end

--- Starts the server of a buffer anew, whether it runs or not.
function M.restart(buffer)
  buffer = vim._resolve_bufnr(buffer)
  local client = require('pillow').client(buffer)
  deaths = {}
  if client then
    local buffers, config = vim.tbl_keys(client.attached_buffers), client.config
    vim.api.nvim_create_autocmd('LspDetach', {
      callback = function(event)
        if event.data.client_id ~= client.id then return end
        vim.schedule(function() start(config, buffers) end)
        return true
      end,
    })
    client:stop(true)
  elseif configs[buffer] then
    local folder = configs[buffer].root_dir
    local all = vim.iter(pairs(lost)):map(function(other) return other end)
      :filter(function(other) return configs[other] and configs[other].root_dir == folder end):totable()
    start(configs[buffer], all)
  else
    vim.lsp.enable(require('pillow').name)
  end
end

--- What a client said last about itself.
function M.status(client) return status[client.id] end

--- Why a buffer has no server; nil where it has one or never had.
function M.lost(buffer) return lost[vim._resolve_bufnr(buffer)] end

return M
