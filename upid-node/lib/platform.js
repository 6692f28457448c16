'use strict'

/** `linux-x64-gnu`, `darwin-arm64`, …: the part of the addon's file and package name that says where it runs. */
function platform() {
  const base = `${process.platform}-${process.arch}`
  if (process.platform === 'win32') return `${base}-msvc`
  if (process.platform !== 'linux') return base
  const glibc = process.report?.getReport().header.glibcVersionRuntime
  return `${base}-${glibc ? 'gnu' : 'musl'}`
}

module.exports = { platform }
