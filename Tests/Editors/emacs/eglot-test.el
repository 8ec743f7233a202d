(load (expand-file-name "common.el" (file-name-directory load-file-name)))
(package-initialize)
(load (getenv "PILLOW_INIT"))
;; A user would be asked whether the server may change the buffer.
(setq eglot-confirm-server-initiated-edits nil)
(setq eglot-connect-timeout 60 eglot-sync-connect t eglot-autoshutdown nil make-backup-files nil)

(find-file (getenv "PILLOW_FILE"))
(switch-to-buffer (current-buffer))
(apply #'eglot--connect (eglot--guess-contact))
(pillow-wait "eglot to manage the buffer" (lambda () (eglot-managed-p)))

;; The menu: labels, and what choosing one inserts.
(pillow-end-of-instruction)
(pcase-let* ((`(,beg ,end ,table . ,plist) (eglot-completion-at-point))
             (labels (all-completions (buffer-substring beg end) table))
             (wanted (seq-find (lambda (label) (string-match-p "adds two numbers" label)) labels)))
  (pillow-note 'labels (vconcat (mapcar #'substring-no-properties labels)))
  (delete-region beg end)
  (insert (substring-no-properties wanted))
  (funcall (plist-get plist :exit-function) wanted 'finished)
  (pillow-note 'chosen (buffer-substring-no-properties (point-min) (point-max))))
(erase-buffer)
(insert (getenv "PILLOW_INSTRUCTION") "\n")

;; Hover. What was changed is sent when Emacs is idle, which it never is here.
(eglot--signal-textDocument/didChange)
(goto-char (+ (point-min) 5))
(let (shown)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown text)))
  (pillow-note 'hover (substring-no-properties (pillow-wait "the hover" (lambda () shown)))))

;; Code actions: the titles, one that edits, one that runs a command.
(pillow-end-of-instruction)
(let* ((actions (eglot-code-actions (point) (point)))
       (titles (mapcar (lambda (action) (plist-get action :title)) actions)))
  (pillow-note 'titles (vconcat titles))
  (cl-flet ((run (title)
              (cl-letf (((symbol-function 'completing-read) (lambda (&rest _)
                          (seq-find (lambda (each) (string-prefix-p title each)) titles))))
                ;; As by a key: a menu would open after a click.
                (let ((last-nonmenu-event ?a)) (eglot-code-actions (point) (point) nil t)))))
    (run "Complete with exemplars")
    (pillow-wait "the completion" (lambda () (> (count-lines (point-min) (point-max)) 1)))
    (pillow-note 'completed (buffer-substring-no-properties (point-min) (point-max)))))

(set-buffer-modified-p nil)
(eglot-shutdown (eglot--current-server-or-lose) nil 10)
(pillow-finish)
