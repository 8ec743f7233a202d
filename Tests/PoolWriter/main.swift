// Writes to a pool until it is killed, and prints one line for each acknowledged write.
//
//   PoolWriter import DATABASE FILE      imports a file; prints `imported N` per transaction
//   PoolWriter feedback DATABASE SEED    writes suggestions and feedback until it is killed;
//                                        prints `suggestion ID` and `feedback N`
//   PoolWriter learn DATABASE SEED       writes outcomes with what finally stood there until it is
//                                        killed; prints `outcome N` and `standing N`
//   PoolWriter migrate DATABASE          opens a database of an earlier version; prints `opened`
//   PoolWriter add DATABASE NAME COUNT   adds exemplars with feedback, one by one; prints `added N`

import Foundation
import PromptPool

func acknowledge(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { exit(64) }
let database = URL(filePath: arguments[2])
let someDay = Date(timeIntervalSince1970: 1_750_000_000)

func suggestion(_ id: String, shots: [Int64]) -> Suggestion {
  Suggestion(
    id: id, createdAt: someDay, instruction: "sort it", draws: shots.map { ShotDraw(exemplar: $0) },
    propensity: 0.5,
    policyVersion: "v", temperature: 0.05, model: "m", text: String(repeating: "text ", count: 40))
}

switch arguments[1] {
case "import":
  var options = ImportOptions()
  options.smallestBatch = 100
  try PromptPool(at: database).importFile(URL(filePath: arguments[3]), options: options) {
    progress in
    acknowledge("imported \(progress.added)")
  }
case "feedback":
  let pool = try PromptPool(at: database)
  let shots = try pool.exemplars().map(\.id)
  var number = 0
  while true {
    let id = "\(arguments[3])-\(number)"
    try pool.record(suggestion(id, shots: Array(shots.prefix(number % 4))))
    acknowledge("suggestion \(id)")
    for event in [FeedbackEvent.shown, .accepted, .kept] {
      let row = try pool.record(Feedback(suggestionID: id, event: event, at: someDay))
      acknowledge("feedback \(row)")
    }
    number += 1
  }
case "learn":
  let pool = try PromptPool(at: database)
  var number = 0
  while true {
    let id = "\(arguments[3])-\(number)"
    try pool.record(suggestion(id, shots: []))
    let row = try pool.record(
      Outcome(
        suggestionID: id, at: someDay, instruction: "sort it", encoder: "e",
        vector: [Float](repeating: 0.1, count: 384), evidence: [1, 2], suggested: "text"))
    guard let row else { exit(1) }
    acknowledge("outcome \(row)")
    try pool.record(
      StandingText("it stood \(number)", kind: .edited, at: someDay), ofOutcome: row)
    acknowledge("standing \(row)")
    number += 1
  }
case "migrate":
  _ = try PromptPool(at: database)
  acknowledge("opened")
case "add":
  for number in 0..<(Int(arguments[4]) ?? 0) {
    // Opened anew each time, as the command line does.
    let pool = try PromptPool(at: database)
    let name = "\(arguments[3]) \(number)"
    let exemplar = try pool.add(ExemplarDraft(instruction: name, output: "x"))
    try pool.record(suggestion(name, shots: [exemplar.id]))
    try pool.record(Feedback(suggestionID: name, event: .shown, at: someDay))
    acknowledge("added \(number)")
  }
default:
  exit(64)
}
