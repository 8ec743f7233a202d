import Crypto
import Foundation

/// The float32 tensors of a mapped safetensors file; every offset is checked before it is used.
///
/// `@unchecked`: the mapping is read-only and lives as long as the object.
final class WeightsFile: @unchecked Sendable {
  private struct Entry {
    let type: String
    let shape: [Int]
    let range: Range<Int>
  }

  private let path: String
  private let bytes: UnsafeRawBufferPointer
  private let entries: [String: Entry]

  init(_ url: URL) throws(SentenceEncoderError) {
    let path = url.path(percentEncoded: false)
    let bytes = try Self.map(path)
    do throws(SentenceEncoderError) {
      entries = try Self.header(bytes, path: path)
    } catch {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
      throw error
    }
    self.path = path
    self.bytes = bytes
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  /// First digits of the SHA-256 of the whole file.
  func shortDigest() -> String {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return hash.finalize().prefix(6).map {
      ($0 < 16 ? "0" : "") + String($0, radix: 16)
    }.joined()
  }

  /// A tensor of the expected shape. The buffer is valid as long as this object.
  func floats(
    _ name: String, _ shape: Int...
  ) throws(SentenceEncoderError) -> UnsafeBufferPointer<Float> {
    // Checkpoints of a whole model have a prefix that those of the bare encoder do not.
    guard let entry = entries[name] ?? entries["bert." + name] else {
      throw .damaged(path: path, reason: "the tensor \(name) is missing")
    }
    guard entry.type == "F32" else {
      throw .unsupported(path: path, reason: "\(name) has the type \(entry.type), not F32")
    }
    guard entry.shape == shape else {
      throw .damaged(path: path, reason: "\(name) has the shape \(entry.shape), not \(shape)")
    }
    let part = UnsafeRawBufferPointer(rebasing: bytes[entry.range])
    return part.bindMemory(to: Float.self)
  }

  private static func map(_ path: String) throws(SentenceEncoderError) -> UnsafeRawBufferPointer {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is no file")
    }
    let size = Int(status.st_size)
    guard size >= 8 else { throw .damaged(path: path, reason: "it has only \(size) bytes") }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    return UnsafeRawBufferPointer(start: address, count: size)
  }

  /// Source: https://huggingface.co/docs/safetensors, "Format".
  private static func header(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(SentenceEncoderError) -> [String: Entry] {
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(min(bytes.count - 8, 100_000_000)) else {
      throw .damaged(path: path, reason: "its header is said to have \(length) bytes")
    }
    let start = 8 + Int(length)
    guard
      let json = try? JSONSerialization.jsonObject(with: Data(bytes[8..<start])) as? [String: Any]
    else { throw .damaged(path: path, reason: "its header is not JSON") }
    var entries: [String: Entry] = [:]
    for (name, value) in json where name != "__metadata__" {
      guard let value = value as? [String: Any], let type = value["dtype"] as? String,
        let shape = value["shape"] as? [Int], let offsets = value["data_offsets"] as? [Int],
        offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1],
        offsets[1] <= bytes.count - start, shape.allSatisfy({ $0 >= 0 })
      else { throw .damaged(path: path, reason: "the entry of \(name) is not valid") }
      if type == "F32" {
        var count = 4
        for size in shape {
          let (product, overflow) = count.multipliedReportingOverflow(by: size)
          guard !overflow else {
            throw .damaged(path: path, reason: "the shape of \(name) is too large")
          }
          count = product
        }
        guard count == offsets[1] - offsets[0], (start + offsets[0]) % 4 == 0 else {
          throw .damaged(path: path, reason: "the bytes of \(name) do not fit its shape")
        }
      }
      entries[name] = Entry(
        type: type, shape: shape, range: (start + offsets[0])..<(start + offsets[1]))
    }
    return entries
  }
}
