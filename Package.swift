// swift-tools-version: 6.1

import PackageDescription

/// The kernels are useless without optimisation, also in a debug build; unsafe flags are accepted
/// in a root package. Pragmas decide about fused multiply-add where a kernel has to give the same
/// bits everywhere.
let kernelSettings: [CSetting] = [
  .unsafeFlags(["-O3", "-ffp-contract=fast-honor-pragmas", "-fno-math-errno"])
]

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
    exclude: [], resources: [], swiftSettings: settings)
}

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
/// The C interface, for what is done a million times.
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "pillow-lsp",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "pillow-lsp", targets: ["pillow-lsp"]),
    .library(name: "InstructionCompletion", targets: ["InstructionCompletion"]),
    .library(name: "Kernels", targets: ["Kernels"]),
    .library(name: "LanguageModel", targets: ["LanguageModel"]),
    .library(name: "ModelStore", targets: ["ModelStore"]),
    .library(name: "PromptPool", targets: ["PromptPool"]),
    .library(name: "PromptMatching", targets: ["PromptMatching"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // MARK: pillow-lsp
    .executableTarget(
      name: "pillow-lsp",
      dependencies: [
        argumentParser, "Evaluation", "InstructionCompletion", "JSONRPC", "Kernels",
        "LanguageModel",
        "ModelFormats", "ModelStore", "PillowServer", "PromptMatching", "PromptPool",
        "SentenceEncoder",
        "Tokenizers",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["JSONRPC", "ModelFormats", "PromptPool", "TestSupport"],
      swiftSettings: settings),

    // MARK: PillowServer
    library(
      "PillowServer",
      [
        "JSONRPC", "LanguageServerProtocol", "PromptMatching", "PromptPool", "Tokenizers", logging,
      ]),
    tests(of: "PillowServer", ["JSONRPC", "LanguageServerProtocol", "PromptMatching", "PromptPool"]),

    // MARK: LanguageServerProtocol
    library("LanguageServerProtocol", ["JSONRPC"]),
    tests(of: "LanguageServerProtocol"),

    // MARK: JSONRPC
    library("JSONRPC", []),
    tests(of: "JSONRPC"),

    // MARK: InstructionCompletion
    library(
      "InstructionCompletion",
      [
        "Kernels", "LanguageModel", "ModelStore", "PromptMatching", "PromptPool", "SentenceEncoder",
        "Tokenizers", logging,
      ]),
    tests(
      of: "InstructionCompletion",
      ["LanguageModel", "ModelStore", "PromptMatching", "PromptPool", "Tokenizers"]),

    // MARK: Evaluation
    library("Evaluation", ["PromptMatching"]),
    tests(of: "Evaluation", ["PromptMatching"]),

    // MARK: ModelStore
    library("ModelStore", [crypto]),
    tests(of: "ModelStore"),

    // MARK: PromptMatching
    library("PromptMatching", [crypto, grdb, "Kernels"]),
    tests(of: "PromptMatching"),

    // MARK: PromptPool
    library("PromptPool", ["CKernels", "Kernels", collections, crypto, grdb, sqlite]),
    tests(of: "PromptPool", ["CKernels", "Kernels", "PoolWriter", grdb]),
    .executableTarget(
      name: "PoolWriter", dependencies: ["PromptPool"], path: "Tests/PoolWriter",
      swiftSettings: settings),

    // MARK: LanguageModel
    library("LanguageModel", ["CKernels", "Kernels", "ModelFormats", "Tokenizers"]),
    tests(of: "LanguageModel", ["ModelFormats", "Tokenizers"]),

    // MARK: SentenceEncoder
    library("SentenceEncoder", ["CKernels", "Kernels", "ModelFormats", "Tokenizers"]),
    tests(of: "SentenceEncoder", ["Kernels"]),

    // MARK: Tokenizers
    library("Tokenizers", ["ModelFormats", collections]),
    tests(of: "Tokenizers", ["ModelFormats"]),

    // MARK: ModelFormats
    library("ModelFormats", ["CKernels", crypto]),
    tests(of: "ModelFormats"),

    // MARK: Kernels
    library("Kernels", ["CKernels", "COpenBLAS"]),
    tests(of: "Kernels", ["CKernels", "COpenBLAS"]),
    .target(name: "CKernels", cSettings: kernelSettings),
    // Opened when it is first needed, so nothing is linked.
    .target(
      name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    // MARK: Test support
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
