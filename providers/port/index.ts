export * from './capabilities.ts'
export * from './errors.ts'
export * from './model.ts'
export * from './provider.ts'
