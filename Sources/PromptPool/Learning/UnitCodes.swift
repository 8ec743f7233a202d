public import Foundation

/// A unit vector in one signed byte a value: cosines change by less than 0.01.
public struct UnitCodes: Sendable, Equatable {
  private let codes: [Int8]
  /// What one step of a code is worth, so that the vector's length is 1.
  private let step: Float

  public init(_ vector: [Float]) {
    let largest = vector.reduce(0) { max($0, abs($1)) }
    let scale = largest > 0 ? 127 / largest : 0
    self.init(
      codes: vector.map { value in
        let code = (value * scale).rounded()
        return code.isFinite ? Int8(max(-127, min(127, code))) : 0
      })
  }

  /// As the database has them: a signed byte a value.
  public init(_ data: Data) { self.init(codes: data.map { Int8(bitPattern: $0) }) }

  private init(codes: [Int8]) {
    self.codes = codes
    let length = codes.reduce(Float(0)) { $0 + Float($1) * Float($1) }.squareRoot()
    step = length > 0 ? 1 / length : 0
  }

  public var isEmpty: Bool { codes.isEmpty }

  /// The vector, of length 1 unless all its values are 0.
  public var vector: [Float] { codes.map { Float($0) * step } }

  public var data: Data { Data(codes.map { UInt8(bitPattern: $0) }) }

  /// The cosine with a vector of as many values; 0 for another one.
  ///
  /// In whole numbers, whose sum may be made in any order, so that the compiler uses the processor's
  /// vectors: each match asks for the cosines with thousands of outcomes.
  public func cosine(_ other: UnitCodes) -> Float {
    guard codes.count == other.codes.count else { return 0 }
    var sum: Int32 = 0
    codes.withUnsafeBufferPointer { a in
      other.codes.withUnsafeBufferPointer { b in
        for place in a.indices { sum &+= Int32(a[place]) &* Int32(b[place]) }
      }
    }
    return Float(sum) * step * other.step
  }
}
