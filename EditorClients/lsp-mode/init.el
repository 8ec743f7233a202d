;; pillow-lsp in lsp-mode, beside the other servers of a buffer.
(require 'lsp-mode)
(lsp-register-client
 (make-lsp-client :new-connection (lsp-stdio-connection '("pillow-lsp" "serve"))
                  :major-modes '(python-mode markdown-mode text-mode)
                  :add-on? t
                  :completion-in-comments? t
                  :server-id 'pillow-lsp))
(dolist (pair '((python-mode . "python") (markdown-mode . "markdown") (text-mode . "plaintext")))
  (add-to-list 'lsp-language-id-configuration pair))
