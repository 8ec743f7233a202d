;; pillow-lsp in eglot: load this, or take it into your init file.
(require 'eglot)
(add-to-list 'eglot-server-programs
             '((python-mode markdown-mode text-mode) . ("pillow-lsp" "serve")))
