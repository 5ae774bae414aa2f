'use strict';

exports.shout = (words) => words.toUpperCase();
exports.whisper = (words) => words.toLowerCase();
