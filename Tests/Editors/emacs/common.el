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

(defun pillow-finish ()
  (with-temp-file (getenv "PILLOW_RESULT") (insert (json-encode pillow-results))))
