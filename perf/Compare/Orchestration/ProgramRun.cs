namespace FastSockets.Perf;

/// <summary>What a program that ran as server and as client printed, and the processor time that each took from start to end.</summary>
internal sealed record ProgramRun(string Output, string ServerOutput, double ClientCpuUs, double ServerCpuUs);
