import Foundation

/// The parts of a name in Ollama: `[HOST/][NAMESPACE/]MODEL[:TAG]`.
struct OllamaName: Equatable {
  var host = "registry.ollama.ai"
  var namespace = "library"
  var model: String
  var tag = "latest"

  /// Nil for what is no such name.
  init?(_ text: String) {
    var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), var last = parts.popLast() else { return nil }
    if let colon = last.lastIndex(of: ":") {
      tag = String(last[last.index(after: colon)...])
      last = String(last[..<colon])
    }
    model = last
    if let part = parts.popLast() { namespace = part }
    if let part = parts.popLast() { host = part }
    // A registry's host may have a port.
    let isPlain = [host.replacing(":", with: ""), namespace, model, tag].allSatisfy(
      \.isPlainComponent)
    guard isPlain else { return nil }
  }

  init(host: String, namespace: String, model: String, tag: String) {
    (self.host, self.namespace, self.model, self.tag) = (host, namespace, model, tag)
  }

  /// The shortest name that means it, with its tag.
  var text: String {
    if host != "registry.ollama.ai" { return "\(host)/\(namespace)/\(model):\(tag)" }
    return (namespace == "library" ? "" : namespace + "/") + model + ":" + tag
  }
}

extension ModelSearch {
  /// `OLLAMA_MODELS`; if it is not set, the user's folder and those of the system's service.
  private var ollamaRoots: [URL] {
    if let path = environment["OLLAMA_MODELS"], !path.isEmpty { return [URL(filePath: path)] }
    return [
      home.appending(path: ".ollama/models"),
      URL(filePath: "/usr/share/ollama/.ollama/models"), URL(filePath: "/var/lib/ollama/models"),
    ]
  }

  func addOllama(to result: inout Result) {
    for root in ollamaRoots {
      let manifests = root.appending(path: "manifests")
      for (name, url) in manifestFiles(manifests, &result) {
        result.models.append(ollamaModel(name, manifest: url, root: root))
      }
    }
  }

  private func manifestFiles(
    _ manifests: URL, _ result: inout Result
  ) -> [(name: OllamaName, url: URL)] {
    var files: [(name: OllamaName, url: URL)] = []
    for host in names(in: manifests, &result) {
      let hosts = manifests.appending(path: host)
      for namespace in names(in: hosts, &result) {
        let namespaces = hosts.appending(path: namespace)
        for model in names(in: namespaces, &result) {
          let models = namespaces.appending(path: model)
          for tag in names(in: models, &result) {
            let name = OllamaName(host: host, namespace: namespace, model: model, tag: tag)
            files.append((name, models.appending(path: tag)))
          }
        }
      }
    }
    return files
  }

  func ollamaModel(_ text: String) throws(ModelSearchError) -> FoundModel? {
    guard let wanted = OllamaName(text) else {
      throw .malformed("ollama:" + text, expected: "ollama:NAME or ollama:NAME:TAG")
    }
    let same = wanted.text.lowercased()
    for root in ollamaRoots {
      var ignored = Result()
      // Ollama ignores the case of names.
      let file = manifestFiles(root.appending(path: "manifests"), &ignored)
        .first { $0.name.text.lowercased() == same }
      if let file { return ollamaModel(file.name, manifest: file.url, root: root) }
    }
    return nil
  }

  private func ollamaModel(_ name: OllamaName, manifest url: URL, root: URL) -> FoundModel {
    func broken(_ reason: String) -> FoundModel {
      FoundModel(
        .ollama, name.text, path: url,
        fault: "its manifest is damaged (\(reason)); `ollama pull \(name.text)` repairs it")
    }
    let manifest: OllamaManifest
    do throws(OllamaManifest.Fault) { manifest = try OllamaManifest(contentsOf: url) } catch {
      return broken(error.reason)
    }
    let (models, adapters) = (manifest.layers("model"), manifest.layers("adapter"))
    guard let layer = models.first else {
      return FoundModel(
        .ollama, name.text, path: url, fault: "it has no weights in one GGUF file")
    }
    guard let blob = Self.blob(layer, root) else { return broken("a digest is no SHA-256") }
    var model = FoundModel(.ollama, name.text, path: blob)
    (model.bytes, model.fault) = check(layer, blob, name)
    if models.count > 1 { model.fault = "it consists of \(models.count) files" }
    if adapters.count > 1 { model.fault = "it has \(adapters.count) adapters, and one can be used" }
    if let adapter = adapters.first {
      guard let file = Self.blob(adapter, root) else { return broken("a digest is no SHA-256") }
      let (bytes, fault) = check(adapter, file, name)
      model.adapter = file
      model.bytes += bytes
      if let fault { model.fault = model.fault ?? "its adapter: \(fault)" }
    }
    return model
  }

  /// A blob's place; nil if the digest is none, so that no digest leads out of the folder.
  private static func blob(_ layer: OllamaManifest.Layer, _ root: URL) -> URL? {
    let digits = layer.digest.dropFirst("sha256:".count)
    guard layer.digest.hasPrefix("sha256:"), digits.utf8.count == 64,
      digits.allSatisfy(\.isHexDigit)
    else { return nil }
    let blobs = root.appending(path: "blobs")
    // Old versions kept the colon.
    let old = blobs.appending(path: "sha256:\(digits)")
    return FileSystem.size(old) != nil ? old : blobs.appending(path: "sha256-\(digits)")
  }

  private func check(
    _ layer: OllamaManifest.Layer, _ blob: URL, _ name: OllamaName
  ) -> (bytes: Int64, fault: String?) {
    let (bytes, fault) = Self.check(blob)
    if let fault {
      let isMissing = access(blob.path(percentEncoded: false), F_OK) != 0 && errno == ENOENT
      return (
        bytes,
        isMissing ? "its blob is missing; `ollama pull \(name.text)` fetches it again" : fault
      )
    }
    if let size = layer.size, size != bytes {
      return (
        bytes,
        "its blob has \(bytes) bytes instead of \(size); `ollama pull \(name.text)` fetches it again"
      )
    }
    return (bytes, nil)
  }
}
