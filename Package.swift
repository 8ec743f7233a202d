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

let asyncHTTPClient: Target.Dependency = .product(
  name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
/// The C interface, for what is done a million times.
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")

let package = Package(
  name: "pillow-lsp",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "pillow-lsp", targets: ["pillow-lsp"]),
    .library(name: "CompletionEngine", targets: ["CompletionEngine"]),
    .library(name: "Kernels", targets: ["Kernels"]),
    .library(name: "LanguageModel", targets: ["LanguageModel"]),
    .library(name: "ModelStore", targets: ["ModelStore"]),
    .library(name: "PillowProject", targets: ["PillowProject"]),
    .library(name: "PromptPool", targets: ["PromptPool"]),
    .library(name: "PromptMatching", targets: ["PromptMatching"]),
    .library(name: "Settings", targets: ["Settings"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    // MARK: pillow-lsp
    .executableTarget(
      name: "pillow-lsp",
      dependencies: [
        argumentParser,
        "CompletionEngine",
        "ErrorWording",
        "Evaluation",
        "FineTuning",
        "JSONRPC",
        "Kernels",
        "LanguageModel",
        "Languages",
        "Mining",
        "ModelFormats",
        "ModelHub",
        "ModelStore",
        "OutputForms",
        "Personalization",
        "PillowProject",
        "PillowServer",
        "PromptMatching",
        "PromptPool",
        "RemoteEngines",
        "Reports",
        "SentenceEncoder",
        "Settings",
        "SharedPools",
        "Tokenizers",
        "WorkspaceRules",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["FaultServer", "JSONRPC", "ModelFormats", "PromptPool", "TestSupport"],
      swiftSettings: settings),

    // MARK: PillowServer
    library(
      "PillowServer",
      [
        "CompletionEngine",
        "ErrorWording",
        "JSONRPC",
        "LanguageModel",
        "LanguageServerProtocol",
        "Languages",
        "Mining",
        "Personalization",
        nioCore,
        nioHTTP1,
        nioPosix,
        "OutputForms",
        "PillowProject",
        "PromptMatching",
        "PromptPool",
        "RemoteEngines",
        "Settings",
        "WorkspaceRules",
      ]),
    tests(
      of: "PillowServer",
      [
        grdb,
        "CompletionEngine",
        "ErrorWording",
        "JSONRPC",
        "Kernels",
        "LanguageServerProtocol",
        "Languages",
        "ModelStore",
        "PillowProject",
        "PromptMatching",
        "PromptPool",
        "Settings",
        "WorkspaceRules",
      ]),

    // MARK: WorkspaceRules
    library("WorkspaceRules", ["Languages", "PromptPool", "Settings"]),
    tests(of: "WorkspaceRules", ["Settings"]),

    // MARK: Mining
    library("Mining", ["ErrorWording", "Languages", "PromptPool", "Settings", "WorkspaceRules"]),
    tests(of: "Mining", ["PromptPool", "Settings"]),

    // MARK: Languages
    library("Languages", []),

    // MARK: ErrorWording
    library("ErrorWording", []),
    tests(of: "Languages"),

    // MARK: LanguageServerProtocol
    library("LanguageServerProtocol", ["JSONRPC"]),
    tests(of: "LanguageServerProtocol"),

    // MARK: JSONRPC
    library("JSONRPC", []),
    tests(of: "JSONRPC"),

    // MARK: Evaluation
    library(
      "Evaluation",
      [
        "CompletionEngine",
        "ErrorWording",
        "ModelStore",
        "OutputForms",
        "Personalization",
        "PillowProject",
        "PromptMatching",
        "PromptPool",
        "Reports",
        "SentenceEncoder",
        "Settings",
      ]),
    tests(
      of: "Evaluation",
      [
        "CompletionEngine", "Personalization", "PillowProject", "PromptMatching", "Reports",
        "Settings",
      ]),

    // MARK: Reports
    library("Reports", ["PromptMatching"]),
    tests(of: "Reports", ["PromptMatching"]),

    // MARK: PillowProject
    library(
      "PillowProject",
      [
        "CompletionEngine",
        "ErrorWording",
        "FineTuning",
        "Kernels",
        "LanguageModel",
        "Mining",
        "ModelFormats",
        "ModelStore",
        "OutputForms",
        "Personalization",
        "PromptMatching",
        "PromptPool",
        "RemoteEngines",
        "SentenceEncoder",
        "Settings",
        "SharedPools",
        "Tokenizers",
        "WorkspaceRules",
      ]),
    tests(
      of: "PillowProject",
      [
        "CompletionEngine",
        "FineTuning",
        "LanguageModel",
        "ModelStore",
        "OutputForms",
        "Personalization",
        "PromptMatching",
        "PromptPool",
        "SentenceEncoder",
        "Settings",
        "SharedPools",
        "Tokenizers",
      ]),

    // MARK: Personalization
    library("Personalization", ["PromptMatching", "PromptPool"]),
    tests(of: "Personalization", ["PromptMatching", "PromptPool"]),
    // MARK: RemoteEngines
    library(
      "RemoteEngines",
      [
        asyncHTTPClient,
        "CompletionEngine",
        "LanguageModel",
        nioCore,
        nioHTTP1,
        nioPosix,
        nioSSL,
        "PromptMatching",
        "Tokenizers",
      ]),
    tests(
      of: "RemoteEngines",
      ["CompletionEngine", "FaultServer", "LanguageModel", "ModelFormats", "PromptMatching"]),

    // MARK: SharedPools
    library("SharedPools", ["CLibPQ", "Personalization", "PromptPool"]),
    tests(of: "SharedPools", ["Personalization", "PromptPool"]),
    .executableTarget(
      name: "TeamClients", dependencies: ["PromptPool", "SharedPools"], path: "Tests/TeamClients",
      swiftSettings: settings),
    // Opened when it is first needed, so nothing is linked.
    .target(name: "CLibPQ", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    // MARK: CompletionEngine
    library("CompletionEngine", ["LanguageModel", "OutputForms", "PromptMatching", "Tokenizers"]),
    tests(
      of: "CompletionEngine",
      ["LanguageModel", "OutputForms", "PromptMatching", "Tokenizers"]),

    // MARK: OutputForms
    library("OutputForms", []),
    tests(of: "OutputForms"),

    // MARK: Settings
    library("Settings", ["ErrorWording", "JSONRPC", "PromptMatching", "Tokenizers"]),
    tests(of: "Settings", ["JSONRPC"]),

    // MARK: ModelHub
    library(
      "ModelHub",
      ["ModelFormats", "ModelStore", asyncHTTPClient, crypto, nioCore, nioHTTP1, nioSSL]),
    .testTarget(
      name: "ModelHubTests", dependencies: ["ModelHub", "ModelStore", "TestSupport", crypto],
      exclude: ["hub.py"], swiftSettings: settings),

    // MARK: ModelStore
    library("ModelStore", ["ErrorWording", "ModelFormats", crypto]),
    tests(of: "ModelStore", ["ModelFormats"]),

    // MARK: PromptMatching
    library("PromptMatching", [crypto, grdb, "Kernels"]),
    tests(of: "PromptMatching"),

    // MARK: PromptPool
    library(
      "PromptPool",
      ["CKernels", "ErrorWording", "Kernels", "Languages", collections, crypto, grdb, sqlite]),
    tests(of: "PromptPool", ["CKernels", "Kernels", "PoolWriter", grdb]),
    .executableTarget(
      name: "PoolWriter", dependencies: ["PromptPool"], path: "Tests/PoolWriter",
      swiftSettings: settings),

    // MARK: FineTuning
    library(
      "FineTuning",
      [
        "ErrorWording",
        "CKernels",
        "Kernels",
        "LanguageModel",
        "Languages",
        "ModelFormats",
        "PromptMatching",
        "Tokenizers",
      ]),
    tests(
      of: "FineTuning", ["CKernels", "Kernels", "LanguageModel", "ModelFormats", "Tokenizers"]),

    // MARK: LanguageModel
    library("LanguageModel", ["CKernels", "Kernels", "ModelFormats", "Tokenizers", crypto]),
    tests(of: "LanguageModel", ["ModelFormats", "Tokenizers"]),

    // MARK: SentenceEncoder
    library(
      "SentenceEncoder", ["CKernels", "ErrorWording", "Kernels", "ModelFormats", "Tokenizers"]),
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
    .target(
      name: "FaultServer", dependencies: [nioCore, nioPosix, nioSSL], path: "Tests/FaultServer",
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
