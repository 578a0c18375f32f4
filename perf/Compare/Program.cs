using FastSockets.Perf;

return await CommandLine.Root().Parse(args).InvokeAsync().ConfigureAwait(false);
