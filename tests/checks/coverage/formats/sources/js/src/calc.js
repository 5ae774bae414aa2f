'use strict';

function sign(n) {
  if (n > 0) {
    return '+';
  }
  return n < 0 ? '-' : '0';
}

// Nobody calls it.
function unused(n) {
  const twice = n * 2;
  return twice;
}

function pick(a, b = 2) {
  const c = a || b;
  switch (c) {
    case 1:
      return 'one';
    case 2: return 'two';
    default:
      return 'many';
  }
}

module.exports = { sign, unused, pick };
