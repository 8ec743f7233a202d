internal import GRDB

/// All migrations, oldest first; append only, never change one that was released.
let migrator: DatabaseMigrator = {
  var migrator = DatabaseMigrator()
  migrator.registerMigration("001-exemplars", migrate: createExemplars)
  migrator.registerMigration("002-suggestions-and-feedback", migrate: createSuggestions)
  migrator.registerMigration("003-matcher-versions", migrate: createMatcherVersions)
  migrator.registerMigration("004-full-text-index", migrate: createFullTextIndex)
  migrator.registerMigration("005-origins", migrate: createOrigins)
  migrator.registerMigration("006-vector-state", migrate: createVectorState)
  migrator.registerMigration("007-harvest", migrate: createHarvest)
  migrator.registerMigration("008-draws", migrate: createDraws)
  migrator.registerMigration("009-learning", migrate: createLearning)
  migrator.registerMigration("010-mining", migrate: createMining)
  migrator.registerMigration("012-teams", migrate: createTeams)
  migrator.registerMigration("013-mined-twins", migrate: createMinedTwins)
  migrator.registerMigration("014-fit", migrate: createFit)
  migrator.registerMigration("015-team-outcomes", migrate: createTeamOutcomes)
  migrator.registerMigration("016-team-member", migrate: createTeamMember)
  return migrator
}()
