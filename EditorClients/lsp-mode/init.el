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
;; Ghost text, of lsp-mode 10 and later: it asks by itself, and the server waits for the end of the typing.
(setq lsp-inline-completion-idle-delay 0.2)
(with-eval-after-load 'lsp-inline-completion
  ;; Its own key is C-<return>, which terminals do not send.
  (define-key lsp-inline-completion-active-map (kbd "M-RET") #'lsp-inline-completion-accept))
