import ArgumentParser
import Foundation
import PillowProject
import SentenceEncoder

struct Embed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Read one text per line and print its unit vector as a JSON array.")

  @Flag(help: "Print JSON (always on).") var json = false

  func run() async throws {
    let encoder = try await ModelLibrary().encoder()
    while let text = readLine() {
      try Output.json(try await encoder.embed(text))
    }
  }
}
