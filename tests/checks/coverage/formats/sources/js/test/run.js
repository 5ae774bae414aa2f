'use strict';

const { sign, pick } = require('../src/calc.js');
const { shout } = require('../src/text.js');

if (sign(1) !== '+' || pick(1) !== 'one' || shout('a') !== 'A') process.exit(1);
