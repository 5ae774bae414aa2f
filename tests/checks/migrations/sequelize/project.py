"""A small project with Sequelize, before and after a change."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.sequelize import ORM
from tests.checks.migrations.django.memory import make_change

PACKAGE = '{"name": "shop", "dependencies": {"sequelize": "^6.37.0", "pg": "^8.11.0"}}'
USER = """const { Model } = require('sequelize')

module.exports = (sequelize, DataTypes) => {
  class User extends Model {
    static associate(models) {
      User.hasMany(models.Post, { foreignKey: 'userId' })
    }
  }
  User.init({
    name: { type: DataTypes.STRING, allowNull: false },
    email: DataTypes.STRING,
  }, { sequelize, modelName: 'User' })
  return User
}
"""
POST = """module.exports = (sequelize, DataTypes) => {
  const Post = sequelize.define('Post', { title: DataTypes.TEXT }, { paranoid: true })
  Post.associate = (models) => { Post.belongsTo(models.User, { foreignKey: 'userId' }) }
  return Post
}
"""
FIRST = """'use strict'

/** @type {import('sequelize-cli').Migration} */
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('Users', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      name: { type: Sequelize.STRING, allowNull: false },
      email: { type: Sequelize.STRING },
      createdAt: { type: Sequelize.DATE, allowNull: false },
      updatedAt: { type: Sequelize.DATE, allowNull: false },
    })
    await queryInterface.createTable('Posts', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      title: { type: Sequelize.TEXT },
      userId: { type: Sequelize.INTEGER, references: { model: 'Users', key: 'id' } },
      createdAt: { type: Sequelize.DATE, allowNull: false },
      updatedAt: { type: Sequelize.DATE, allowNull: false },
      deletedAt: { type: Sequelize.DATE },
    })
  },
  async down(queryInterface) {
    await queryInterface.dropTable('Posts')
    await queryInterface.dropTable('Users')
  },
}
"""
FILES = {
    "package.json": PACKAGE,
    "models/user.js": USER,
    "models/post.js": POST,
    "migrations/20240101000000-first.js": FIRST,
}


def migration(up: str, number: int = 20240202000000) -> dict[str, str]:
    """A migration with these statements in its `up`."""
    text = f"module.exports = {{\n  async up(queryInterface, Sequelize) {{\n    {up}\n  }},\n  async down() {{}},\n}}\n"
    return {f"migrations/{number}-step.js": text}


def judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    """What gonogo says of a change."""
    return ORM.judge(make_change(base, head), ())


def told(answer: Answer, *questions: Question) -> list[str]:
    """Findings by rule and line, those of advice in brackets, and the reasons of unknowns after a question mark."""
    asked: Sequence[Question] = questions or (Question.MISSING,)
    found = [one for question in asked for one in answer.findings.get(question, ())]
    words = [f"{one.rule} {one.line}" if one.certainty != "note" else f"({one.rule} {one.line})" for one in found]
    return [*words, *(f"? {one.reason}" for question in asked for one in answer.unknowns.get(question, ()))]
