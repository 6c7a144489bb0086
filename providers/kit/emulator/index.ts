export * from './cast.ts'
export * from './emulator.ts'
export * from './random.ts'
export * from './webhook-outbox.ts'
