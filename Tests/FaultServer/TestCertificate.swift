public import Foundation
public import NIOSSL

/// A certificate for 127.0.0.1 that nobody has signed, made for one test.
public struct TestCertificate: Sendable {
  public let certificate: URL
  let key: URL

  /// - Returns: nil where OpenSSL's program is missing.
  public init?(in folder: URL) throws {
    let program = URL(filePath: "/usr/bin/openssl")
    guard FileManager.default.isExecutableFile(atPath: program.path) else { return nil }
    certificate = folder.appending(path: "certificate.pem")
    key = folder.appending(path: "key.pem")
    let process = Process()
    process.executableURL = program
    process.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
      "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key.path, "-out", certificate.path,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
  }

  public func serverContext() throws -> NIOSSLContext {
    try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: NIOSSLCertificate.fromPEMFile(certificate.path).map { .certificate($0) },
        privateKey: .privateKey(NIOSSLPrivateKey(file: key.path, format: .pem))))
  }
}
