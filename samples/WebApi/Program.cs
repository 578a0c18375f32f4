// A minimal web API whose clients come by RDMA or by TCP, to the same port.
//   WebApi --urls http://0.0.0.0:5000
// Options: appsettings.json or the command line, such as --FastSockets:KeepAlive 00:00:05.
using FastSockets.AspNetCore;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddFastSockets(builder.Configuration.GetSection("FastSockets"));
builder.WebHost.UseFastSockets();
WebApplication app = builder.Build();

var notes = new List<string>();
app.MapGet("/notes", () =>
{
    lock (notes)
        return notes.ToArray();
});
app.MapPost("/notes", (Note note) =>
{
    lock (notes)
        notes.Add(note.Text);
    return Results.Created("/notes", note);
});
app.MapGet("/transport", (HttpContext context) => context.Features.Get<IFastSocketFeature>()?.Detail ?? "Kestrel's own");
app.Run();

internal sealed record Note(string Text);
