'use strict';
// Everything that happens in a test goes through here, so that a test can wait for it without looking again and again.

const { EventEmitter } = require('events');

const activity = new EventEmitter();
activity.setMaxListeners(0);

/// A cold start reads the models, and busy cores decode slowly: the deadline is generous, the waiting ends at once.
const deadline = 1000 * Number(process.env.PILLOW_TEST_DEADLINE || 60);

function happened(what) {
  activity.emit('any', what);
}

/// Returns the first value of `condition` that is true. It is looked at again after everything that happens.
function until(condition, what) {
  return new Promise((resolve, reject) => {
    let isLooking = false, isStale = false;
    const timer = setTimeout(() => finish(reject, new Error(`waited ${deadline / 1000} s for ${what}`)), deadline);
    function finish(settle, value) {
      clearTimeout(timer);
      activity.off('any', look);
      settle(value);
    }
    async function look() {
      if (isLooking) return (isStale = true);
      isLooking = true;
      do {
        isStale = false;
        try {
          const value = await condition();
          if (value) return finish(resolve, value);
        } catch (error) {
          return finish(reject, error);
        }
      } while (isStale);
      isLooking = false;
    }
    activity.on('any', look);
    look();
  });
}

/// The same for what no event tells of; each look takes its time, such as that of a process.
async function eventually(look, what) {
  const end = Date.now() + deadline;
  while (Date.now() < end) {
    const value = await look();
    if (value) return value;
  }
  throw new Error(`waited ${deadline / 1000} s for ${what}`);
}

module.exports = { eventually, happened, until };
