using System.Text;
using Grpc.Core;

namespace FastSockets.AspNetCore.Tests;

/// <summary>What a protocol compiler would write for a service that echoes texts, one or a stream of them.</summary>
[BindServiceMethod(typeof(EchoGrpc), nameof(BindService))]
public abstract class EchoGrpc
{
    private static readonly Marshaller<string> s_text = new(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    public static Method<string, string> Unary { get; } = new(MethodType.Unary, "test.Echo", nameof(Echo), s_text, s_text);

    public static Method<string, string> Duplex { get; } =
        new(MethodType.DuplexStreaming, "test.Echo", nameof(EchoAll), s_text, s_text);

    public static void BindService(ServiceBinderBase binder, EchoGrpc? service)
    {
        binder.AddMethod(Unary, service is null ? null : new UnaryServerMethod<string, string>(service.Echo));
        binder.AddMethod(Duplex, service is null ? null : new DuplexStreamingServerMethod<string, string>(service.EchoAll));
    }

    public abstract Task<string> Echo(string request, ServerCallContext context);

    public abstract Task EchoAll(
        IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context);
}
