using BenchmarkDotNet.Running;
using FastSockets.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, InProcess.Config);
