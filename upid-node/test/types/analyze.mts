// Compiled by tsc --strict, never run: the types of the whole analysis.
import { Usage, analyze, analyzeSync, call, report, toNumber, usage, type Analysis, type SnapshotLike } from 'upid'

const snapshot: SnapshotLike = {
  cluster: { name: 'demo' },
  now: new Date(),
  window: { start: 0, end: '2026-01-01T00:00:00Z' },
}
const analysis: Analysis = await analyze(snapshot, new Usage(), { timeZone: 'UTC' }, { signal: AbortSignal.timeout(5) })
const money: number | null = toNumber(analyzeSync('{}', null).totals.monthlyCost)
const state: string | undefined = analysis.pods?.[0]?.state
const text: string = report.render({ analysis, format: 'Text' }).text
const described = usage.describe({}, new Usage())
const quantiles = call('usage.quantiles', { metric: 'cpu', q: [0.5], selector: {} }, new Usage())

// @ts-expect-error: fields are missing
await analyze({ cluster: { name: 'demo' } })
// @ts-expect-error: a misspelt setting
await analyze(snapshot, null, { timezone: 'UTC' })

export const everything = [money, state, text, described, quantiles]
