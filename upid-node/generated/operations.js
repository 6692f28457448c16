// Generated from upid-core/schema/upid.schema.json by scripts/generate.mjs. Do not edit.
'use strict'

const { call } = require('../lib/call.js')

exports.confidence = {
  evaluate: (input, usage) => call('confidence.evaluate', input, usage),
}

exports.cost = {
  attribute: (input, usage) => call('cost.attribute', input, usage),
  billedNodes: (input, usage) => call('cost.billedNodes', input, usage),
  focus: (input, usage) => call('cost.focus', input, usage),
  reconcile: (input, usage) => call('cost.reconcile', input, usage),
  share: (input, usage) => call('cost.share', input, usage),
  verify: (input, usage) => call('cost.verify', input, usage),
}

exports.idle = {
  aggregate: (input, usage) => call('idle.aggregate', input, usage),
  assess: (input, usage) => call('idle.assess', input, usage),
  score: (input, usage) => call('idle.score', input, usage),
  windows: (input, usage) => call('idle.windows', input, usage),
}

exports.ingest = {
  accessLog: (input, usage) => call('ingest.accessLog', input, usage),
  awsCostExplorer: (input, usage) => call('ingest.awsCostExplorer', input, usage),
  awsCur: (input, usage) => call('ingest.awsCur', input, usage),
  azureExport: (input, usage) => call('ingest.azureExport', input, usage),
  azureQuery: (input, usage) => call('ingest.azureQuery', input, usage),
  capabilities: (input, usage) => call('ingest.capabilities', input, usage),
  exposition: (input, usage) => call('ingest.exposition', input, usage),
  focus: (input, usage) => call('ingest.focus', input, usage),
  gcpBilling: (input, usage) => call('ingest.gcpBilling', input, usage),
  kubelet: (input, usage) => call('ingest.kubelet', input, usage),
  kubernetes: (input, usage) => call('ingest.kubernetes', input, usage),
  openCost: (input, usage) => call('ingest.openCost', input, usage),
  podMetrics: (input, usage) => call('ingest.podMetrics', input, usage),
  prices: (input, usage) => call('ingest.prices', input, usage),
  prometheus: (input, usage) => call('ingest.prometheus', input, usage),
  samplesCsv: (input, usage) => call('ingest.samplesCsv', input, usage),
}

exports.quantity = {
  parse: (input, usage) => call('quantity.parse', input, usage),
}

exports.report = {
  render: (input, usage) => call('report.render', input, usage),
}

exports.rightsize = {
  backtest: (input, usage) => call('rightsize.backtest', input, usage),
  choose: (input, usage) => call('rightsize.choose', input, usage),
  coverageTest: (input, usage) => call('rightsize.coverageTest', input, usage),
  krr: (input, usage) => call('rightsize.krr', input, usage),
  limits: (input, usage) => call('rightsize.limits', input, usage),
  memoryFactor: (input, usage) => call('rightsize.memoryFactor', input, usage),
  recommend: (input, usage) => call('rightsize.recommend', input, usage),
  upperBound: (input, usage) => call('rightsize.upperBound', input, usage),
}

exports.snapshot = {
  validate: (input, usage) => call('snapshot.validate', input, usage),
}

exports.timerange = {
  parse: (input, usage) => call('timerange.parse', input, usage),
}

exports.traffic = {
  classify: (input, usage) => call('traffic.classify', input, usage),
  rows: (input, usage) => call('traffic.rows', input, usage),
}

exports.usage = {
  coverage: (input, usage) => call('usage.coverage', input, usage),
  dailyPeaks: (input, usage) => call('usage.dailyPeaks', input, usage),
  describe: (input, usage) => call('usage.describe', input, usage),
  effectiveSampleSize: (input, usage) => call('usage.effectiveSampleSize', input, usage),
  groupBy: (input, usage) => call('usage.groupBy', input, usage),
  histogram: (input, usage) => call('usage.histogram', input, usage),
  merge: (input, usage) => call('usage.merge', input, usage),
  moments: (input, usage) => call('usage.moments', input, usage),
  profile: (input, usage) => call('usage.profile', input, usage),
  prune: (input, usage) => call('usage.prune', input, usage),
  quantiles: (input, usage) => call('usage.quantiles', input, usage),
  retain: (input, usage) => call('usage.retain', input, usage),
  rollup: (input, usage) => call('usage.rollup', input, usage),
  runs: (input, usage) => call('usage.runs', input, usage),
  seal: (input, usage) => call('usage.seal', input, usage),
  summarize: (input, usage) => call('usage.summarize', input, usage),
}
