// The same from CommonJS.
import upid = require('upid')

export const seconds: number = upid.timerange.parse({ text: '1h', now: 0 }).seconds
