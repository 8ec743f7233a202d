--- `:checkhealth pillow`
local M = {}

function M.check()
  local health = vim.health
  health.start('pillow')
  if vim.lsp.inline_completion then
    health.ok('Neovim has inline completion')
  else
    health.error('Ghost text needs Neovim 0.12', 'The completion menu works without it.')
  end
  local config = vim.lsp.config['pillow-lsp']
  if not config then
    return health.error('pillow-lsp is not set up', "Call require('pillow').setup() in your init.lua.")
  end
  local program = config.cmd[1]
  if vim.fn.executable(program) == 0 then
    return health.error(program .. ' was not found', 'Put it on your PATH, or name it: setup({ cmd = { … } }).')
  end
  health.ok(vim.trim(vim.fn.system({ program, '--version' })) .. ' at ' .. vim.fn.exepath(program))
  local said = vim.fn.systemlist({ program, 'doctor' })
  for _, line in ipairs(said) do health.info(line) end
  if vim.v.shell_error == 0 then
    health.ok('pillow-lsp doctor found no problem')
  else
    health.warn('pillow-lsp doctor found a problem', 'Usually this helps: pillow-lsp model fetch')
  end
  local clients = vim.lsp.get_clients({ name = 'pillow-lsp' })
  if #clients == 0 then
    health.info('no server is running; it starts with the first file that has a file type')
  else
    for _, client in ipairs(clients) do
      health.ok(('a server runs in %s, for %d buffers'):format(client.root_dir or 'no folder', vim.tbl_count(client.attached_buffers)))
    end
  end
end

return M
