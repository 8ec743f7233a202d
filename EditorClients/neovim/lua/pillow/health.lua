--- `:checkhealth pillow`
local M = {}

function M.check()
  local health = vim.health
  health.start('pillow')
  if vim.lsp.inline_completion then
    health.ok('Neovim has inline completion')
  else
    health.error('Neovim 0.12 is needed for ghost text', 'The completion menu works without.')
  end
  local config = vim.lsp.config['pillow-lsp']
  if not config then
    return health.error('pillow-lsp is not set up', "Call require('pillow').setup() in your init.lua.")
  end
  local program = config.cmd[1]
  if vim.fn.executable(program) == 0 then
    return health.error(program .. ' is not there', 'Put it on your PATH, or name it: setup({ cmd = { … } }).')
  end
  health.ok(vim.trim(vim.fn.system({ program, '--version' })) .. ' at ' .. vim.fn.exepath(program))
  local said = vim.fn.systemlist({ program, 'doctor' })
  for _, line in ipairs(said) do health.info(line) end
  if vim.v.shell_error == 0 then
    health.ok('the doctor finds nothing missing')
  else
    health.warn('the doctor finds something missing', 'Mostly: pillow-lsp model fetch')
  end
  local clients = vim.lsp.get_clients({ name = 'pillow-lsp' })
  if #clients == 0 then
    health.info('no server runs; it starts with the first file of a type')
  else
    for _, client in ipairs(clients) do
      health.ok(('a server runs in %s, for %d buffers'):format(client.root_dir or 'no folder', vim.tbl_count(client.attached_buffers)))
    end
  end
end

return M
