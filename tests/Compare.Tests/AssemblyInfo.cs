// Some measure the whole process's memory, set its environment, or run a script that they have just written: a process that another
// test starts meanwhile would hold that open for writing.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
