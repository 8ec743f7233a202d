import Foundation
import Kernels
import ModelStore

extension Doctor {
  /// What would run well on this machine.
  func recommendation(_ models: ModelStore = ModelStore()) -> Check {
    let memory = Self.availableMemory()
    let cores = ThreadTeam.physicalCores
    let best = RecommendedModel.best(memoryBytes: memory, cores: cores)
    let isHere =
      ModelReference(best.name).map { (try? models.search.find($0)) != nil }
      ?? ModelName(rawValue: best.name).map { models.path(of: $0) != nil } ?? false
    let advice =
      isHere
      ? "Set `model` to it, or pass it as --model."
      : "Fetch it with `pillow-lsp model fetch \(best.name)` and set `model` to its name."
    return Check(
      name: "recommended model", ok: true,
      detail: "\(best.name) (\(Self.gigabytes(best.bytes)), \(best.license)) for "
        + "\(cores) core\(cores == 1 ? "" : "s") and \(Self.gigabytes(memory)) of free memory",
      advice: best.name == ModelName.smollm2.rawValue ? nil : advice, isNeeded: false)
  }

  private static func gigabytes(_ bytes: Int64) -> String {
    String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// In bytes: what Linux says is available without swapping; elsewhere half of the memory.
  private static func availableMemory() -> Int64 {
    let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
    for line in lines.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      if let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int64($0) }) {
        return kilobytes * 1024
      }
    }
    return Int64(ProcessInfo.processInfo.physicalMemory / 2)
  }
}
