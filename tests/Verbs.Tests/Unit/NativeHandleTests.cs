using RdmaSharp.Interop;

namespace RdmaSharp.Tests.Unit;

public sealed class NativeHandleTests
{
    [Fact]
    public void Dispose_ParentFirst_DestroysTheChildFirst()
    {
        var destroyed = new List<nint>();
        NativeHandle parent = Create(1, destroyed, null);
        NativeHandle child = Create(2, destroyed, null, parent);
        parent.Dispose();
        Assert.Empty(destroyed);
        child.Dispose();
        Assert.Equal([2, 1], destroyed);
    }

    [Fact]
    public void Constructor_DisposedParent_ThrowsAndReleasesTheOthers()
    {
        var destroyed = new List<nint>();
        NativeHandle alive = Create(1, destroyed, null);
        NativeHandle dead = Create(2, destroyed, null);
        dead.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Create(3, destroyed, null, alive, dead));
        alive.Dispose();
        Assert.Equal([2, 1], destroyed);
    }

    [Fact]
    public void Constructor_ParentDisposedButHeldByAChild_Throws()
    {
        var destroyed = new List<nint>();
        NativeHandle parent = Create(1, destroyed, null);
        NativeHandle child = Create(2, destroyed, null, parent);
        parent.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Create(3, destroyed, null, parent));
        child.Dispose();
        Assert.Equal([2, 1], destroyed);
    }

    [Fact]
    public void Created_Null_ThrowsAndReleasesTheParent()
    {
        var destroyed = new List<nint>();
        NativeHandle parent = Create(1, destroyed, null);
        var child = new NativeHandle(_ => 0, new object(), parent);
        Assert.Throws<RdmaException>(() => child.Created(0, () => new RdmaException("test", 12)));
        Assert.True(child.IsClosed);
        parent.Dispose();
        Assert.Equal([1], destroyed);
    }

    [Fact]
    public void Release_RefusedByTheLibrary_KeepsTheParent()
    {
        var destroyed = new List<nint>();
        NativeHandle parent = Create(1, destroyed, null);
        var child = new NativeHandle(_ => 16, null, parent);
        child.Adopt(2);
        child.Dispose();
        parent.Dispose();
        Assert.Empty(destroyed);
    }

    [Fact]
    public void ReplaceParent_OldParentDisposed_IsDestroyed()
    {
        var destroyed = new List<nint>();
        NativeHandle first = Create(1, destroyed, null);
        NativeHandle second = Create(2, destroyed, null);
        NativeHandle child = Create(3, destroyed, null, first);
        child.ReplaceParent(first, second);
        second.Dispose();
        first.Dispose();
        Assert.Equal([1], destroyed);
        child.Dispose();
        Assert.Equal([1, 3, 2], destroyed);
    }

    [Fact]
    public void Find_LiveOwner_IsFoundUntilDestroyed()
    {
        var owner = new object();
        NativeHandle handle = Create(1, [], owner);
        nint token = handle.Token;
        Assert.Same(owner, NativeHandle.Find<object>(token));
        Assert.Null(NativeHandle.Find<string>(token));
        handle.Dispose();
        Assert.Null(NativeHandle.Find<object>(token));
    }

    [Fact]
    public void Find_ForeignValue_IsNull() => Assert.Null(NativeHandle.Find<object>(unchecked((nint)0x7fff_1234_5678)));

    private static NativeHandle Create(nint value, List<nint> destroyed, object? owner, params NativeHandle?[] parents)
    {
        var handle = new NativeHandle(
            pointer =>
            {
                destroyed.Add(pointer);
                return 0;
            },
            owner,
            parents);
        handle.Adopt(value);
        return handle;
    }
}
