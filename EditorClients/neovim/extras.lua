-- More than the eight lines of init.lua: reject, the next suggestion, and exemplars in the menu.

-- Ctrl-] hides the ghost text and rejects the suggestion, whose id is in the arguments of its command.
vim.keymap.set('i', '<C-]>', function()
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local client = vim.lsp.get_client_by_id(item.client_id)
      if client and item.command then
        client:exec_cmd({
          title = 'Reject',
          command = 'pillow-lsp.reject',
          arguments = item.command.arguments,
        })
      end
    end,
  }) and '' or '<C-]>'
end, { expr = true, desc = 'Reject the ghost text' })

-- Alt-n and Alt-p step through the suggestions if there are several.
vim.keymap.set('i', '<M-n>', function() vim.lsp.inline_completion.select({ count = 1 }) end)
vim.keymap.set('i', '<M-p>', function() vim.lsp.inline_completion.select({ count = -1 }) end)

-- The menu (Ctrl-x Ctrl-o, or by itself after the server's trigger characters) shows the exemplars that fit the
-- instruction, and the selected one's documentation beside it. Ctrl-y takes it, Ctrl-e closes the menu.
vim.opt.completeopt = { 'menuone', 'noselect', 'popup' }
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'pillow-lsp' and client:supports_method('textDocument/completion') then
      vim.lsp.completion.enable(true, client.id, event.buf, { autotrigger = true })
    end
  end,
})
