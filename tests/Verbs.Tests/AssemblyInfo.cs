// The device tests count objects and allocations, and share two emulated processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
