---@brief
---
--- https://github.com/pillow-lsp/pillow-lsp
---
--- A language server that completes the instructions you write (a comment above an empty function, a paragraph in a prompt
--- file, a commit message) with a small language model on your own CPU and the exemplars of your project.
---
--- `pip install pillow-lsp` installs it, and `pillow-lsp model fetch` its default model. Ghost text needs
--- `vim.lsp.inline_completion.enable()` (Neovim 0.12); the completion menu shows the exemplars that fit.
---
--- Settings are those of the project's page, for example:
--- ```lua
--- vim.lsp.config('pillow_lsp', {
---   settings = {
---     ['pillow-lsp'] = { shots = 3, model = 'hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF:Q4_K_M' },
---   },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'pillow-lsp', 'serve' },
  -- Instructions stand in comments and prose of every language.
  filetypes = {
    'c',
    'cpp',
    'css',
    'gitcommit',
    'go',
    'html',
    'java',
    'javascript',
    'kotlin',
    'lua',
    'markdown',
    'php',
    'python',
    'ruby',
    'rust',
    'sh',
    'sql',
    'swift',
    'text',
    'typescript',
  },
  root_markers = { '.pillow', '.git' },
}
