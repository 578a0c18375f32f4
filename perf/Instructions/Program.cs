using FastSockets.Perf.Instructions;

return await CommandLine.Root().Parse(args).InvokeAsync().ConfigureAwait(false);
