;; Helpers of the tests in Emacs: results go to the file $PILLOW_RESULT as one JSON object.
(require 'json)
(defvar pillow-results nil)

(defun pillow-note (name value) (push (cons name value) pillow-results))

(defun pillow-wait (what condition)
  "Wait until CONDITION gives something, which is returned; fail after a minute with WHAT."
  (let ((end (+ (float-time) 60)) value)
    (while (not (setq value (funcall condition)))
      (when (> (float-time) end) (error "Waited too long for %s" what))
      (accept-process-output nil 0.05))
    value))

(defun pillow-end-of-instruction ()
  (goto-char (point-min))
  (end-of-line))

(defun pillow-start-lsp-mode ()
  "Open the file with lsp-mode and wait for the server."
  (require 'lsp-completion)
  (require 'lsp-lens)
  (setq lsp-auto-guess-root nil lsp-enable-snippet nil lsp-keep-workspace-alive t lsp-restart 'ignore
        lsp-enable-file-watchers nil lsp-warn-no-matched-clients nil make-backup-files nil
        lsp-session-file (expand-file-name "lsp-session" (getenv "XDG_CACHE_HOME")))
  (find-file (getenv "PILLOW_FILE"))
  (switch-to-buffer (current-buffer))
  (lsp-workspace-folders-add (file-name-directory (getenv "PILLOW_FILE")))
  (lsp)
  (pillow-wait "the server" (lambda ()
    (seq-find (lambda (workspace) (eq 'initialized (lsp--workspace-status workspace))) (lsp-workspaces)))))

(defun pillow-end-lsp-mode ()
  (set-buffer-modified-p nil)
  (let ((process (lsp--workspace-proc (car (lsp-workspaces)))))
    (lsp-workspace-shutdown (car (lsp-workspaces)))
    (pillow-wait "the server to end" (lambda () (not (process-live-p process))))))

(defun pillow-finish ()
  (with-temp-file (getenv "PILLOW_RESULT") (insert (json-encode pillow-results))))
