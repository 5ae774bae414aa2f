const { sign, pick } = require('../src/calc.js');
const { shout } = require('../src/text.js');

test('all', () => {
  expect(sign(1)).toBe('+');
  expect(pick(1)).toBe('one');
  expect(shout('a')).toBe('A');
});
