import ArgumentParser
import Foundation
import PillowProject
import SentenceEncoder

struct Embed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Read a text a line, print its unit vector as a JSON array a line.")

  @Flag(help: "Print JSON; this is what is printed in any case.") var json = false

  func run() async throws {
    let encoder = try await ModelLibrary().encoder()
    while let text = readLine() {
      try Output.json(try await encoder.embed(text))
    }
  }
}
