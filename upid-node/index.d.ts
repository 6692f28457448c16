export class Usage {}
export type Json<T> = T | string | Uint8Array
