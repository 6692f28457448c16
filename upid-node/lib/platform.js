'use strict'

/** `linux-x64-gnu`, `darwin-arm64`, …: the part of the addon's file and package name that says where it runs. */
function platform() {
  const base = `${process.platform}-${process.arch}`
  if (process.platform === 'win32') return `${base}-msvc`
  return process.platform === 'linux' ? `${base}-${usesGlibc() ? 'gnu' : 'musl'}` : base
}

function usesGlibc() {
  const { report } = process
  const before = report.excludeNetwork
  // Else the report looks up the names of all open connections.
  report.excludeNetwork = true
  try {
    return report.getReport().header.glibcVersionRuntime !== undefined
  } finally {
    report.excludeNetwork = before
  }
}

module.exports = { platform }
