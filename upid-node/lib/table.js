'use strict'

const { AXIS, KEY, axis, dictionary, only, values } = require('./columns.js')
const { wrongType } = require('./error.js')
const { kindOf } = require('./input.js')

/**
 * The columns of a table as the addon takes them.
 *
 * Wide: every field that is neither time nor key is a metric by its name. Long: `metric` names the metric of each row
 * and `values` holds its value.
 */
function tableOf(table, kinds) {
  if (typeof table !== 'object' || table === null || Array.isArray(table)) {
    throw wrongType(`table must be an object of columns, not ${kindOf(table)}`, {
      hint: 'e.g. { timestamps, namespace, pod, container, cpuCores }',
      where: { path: 'table' },
    })
  }
  const long = table.metric !== undefined
  const metrics = long ? ['values'] : Object.keys(table).filter((name) => !AXIS.includes(name) && !KEY.includes(name))
  if (long) only(table, [...AXIS, ...KEY, 'metric', 'values'], 'table')
  only(kinds, metrics, 'kinds')
  const keys = [...KEY, 'metric'].map((name) => dictionary(table[name], name))
  return {
    about: metrics.map((name) => ({ metric: metricName(name), kind: kinds[name] })),
    timeAxis: axis(table),
    names: keys.map((key) => key.names),
    codes: keys.map((key) => key.codes),
    valueColumns: metrics.map((metric) => values(table[metric], metric)),
  }
}

/** `cpuCores` as the core names it, `CpuCores`; short names such as `cpu` stay. */
function metricName(column) {
  if (column === 'memoryBytes') return 'MemoryWorkingSetBytes'
  return /^[a-z]+[A-Z]/.test(column) ? column[0].toUpperCase() + column.slice(1) : column
}

module.exports = { tableOf }
