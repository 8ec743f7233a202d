(load (expand-file-name "common.el" (file-name-directory load-file-name)))
(package-initialize)
(load (getenv "PILLOW_INIT"))
(pillow-start-lsp-mode)

(pillow-end-of-instruction)
(pcase-let* ((`(,beg ,end ,table . ,plist) (lsp-completion-at-point))
             (labels (all-completions (buffer-substring beg end) table))
             (wanted (seq-find (lambda (label) (string-match-p "adds two numbers" label)) labels)))
  (pillow-note 'labels (vconcat (mapcar #'substring-no-properties labels)))
  (delete-region beg end)
  (insert wanted)
  (funcall (plist-get plist :exit-function) wanted 'finished)
  (pillow-note 'chosen (buffer-substring-no-properties (point-min) (point-max))))
(erase-buffer)
(insert (getenv "PILLOW_INSTRUCTION") "\n")

(goto-char (+ (point-min) 5))
(pillow-note 'hover (gethash "value" (gethash "contents"
  (lsp-request "textDocument/hover" (lsp--text-document-position-params)))))

(let ((lenses (lsp-request "textDocument/codeLens" `(:textDocument ,(lsp--text-document-identifier)))))
  (pillow-note 'lenses (vconcat (mapcar (lambda (lens)
    (gethash "title" (gethash "command" (if (gethash "command" lens) lens (lsp-request "codeLens/resolve" lens))))) lenses))))

(pillow-end-of-instruction)
(let ((actions (lsp-code-actions-at-point)))
  (pillow-note 'titles (vconcat (mapcar (lambda (action) (gethash "title" action)) actions)))
  (lsp-execute-code-action
   (seq-find (lambda (action) (string-prefix-p "Complete with exemplars" (gethash "title" action))) actions))
  (pillow-wait "the completion" (lambda () (> (count-lines (point-min) (point-max)) 1)))
  (pillow-note 'completed (buffer-substring-no-properties (point-min) (point-max))))

(pillow-end-lsp-mode)
(pillow-finish)
