-- Defines `:Pillow`; everything else begins with require('pillow').setup().
if vim.g.loaded_pillow then return end
vim.g.loaded_pillow = true

vim.api.nvim_create_user_command('Pillow', function(arguments)
  require('pillow.commands').run(arguments)
end, {
  nargs = '*', range = true, desc = 'Exemplars and completions of pillow-lsp',
  complete = function(lead, line) return require('pillow.commands').complete(lead, line) end,
})
