using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace RdmaSharp.Interop;

/// <summary>
/// Owns one native object. It holds a reference on each parent from before the object is created until after it is
/// destroyed, so that no order of disposal, nor of finalization, destroys a parent under its child.
/// </summary>
internal sealed class NativeHandle : SafeHandle
{
    private static readonly ConcurrentDictionary<nint, WeakReference<object>> Owners = new();
    private static long _lastToken;

    private readonly Func<nint, int> _destroy;
    private readonly NativeHandle?[] _parents;

    /// <summary>Takes the references on the parents; <see cref="Created"/> gives it the object.</summary>
    /// <param name="destroy">Destroys the object and returns 0 or an errno; it must not refer to the owner.</param>
    /// <param name="owner">The public object, found again from events by <see cref="Token"/>.</param>
    /// <param name="parents">The objects this one is built on.</param>
    internal NativeHandle(Func<nint, int> destroy, object? owner, params NativeHandle?[] parents)
        : base(0, ownsHandle: true)
    {
        _destroy = destroy;
        _parents = parents;
        int held = 0;
        try
        {
            for (; held < parents.Length; held++)
                parents[held]?.AddReference();
        }
        catch
        {
            ReleaseParents(held);
            SetHandleAsInvalid();
            throw;
        }
        if (owner is not null)
        {
            Token = (nint)Interlocked.Increment(ref _lastToken);
            Owners[Token] = new WeakReference<object>(owner);
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>
    /// What to store in the native object's user context: finds the owner for an event, see <see cref="Find{T}"/>. A
    /// number, not a GCHandle: other users of a shared context store values of their own, which must not be
    /// dereferenced.
    /// </summary>
    internal nint Token { get; }

    /// <summary>
    /// True from the moment the owner is disposed, although the object may live on for its children: nothing new may be
    /// built on it.
    /// </summary>
    internal bool IsDisposed { get; private set; }

    /// <summary>The native pointer; the caller holds a reference, or owns this handle.</summary>
    internal nint Pointer => handle;

    /// <summary>Completes the construction with the result of the native create call.</summary>
    /// <exception cref="RdmaException">The result is null; the references on the parents are given back.</exception>
    internal void Created(nint result, Func<RdmaException> failure)
    {
        if (result != 0)
        {
            SetHandle(result);
            return;
        }
        RdmaException exception = failure();
        Abandon();
        throw exception;
    }

    /// <summary>Completes the construction with an object that exists already.</summary>
    internal void Adopt(nint existing) => SetHandle(existing);

    /// <summary>
    /// The live owner behind a token read from a native object. The object's events that are not yet acknowledged keep
    /// its destruction, and so the release of the token, from completing: call this before acknowledging.
    /// </summary>
    internal static T? Find<T>(nint token) where T : class =>
        Owners.TryGetValue(token, out WeakReference<object>? owner) && owner.TryGetTarget(out object? target)
            ? target as T
            : null;

    /// <summary>Moves the reference on one parent to another.</summary>
    internal void ReplaceParent(NativeHandle from, NativeHandle to)
    {
        to.AddReference();
        _parents[Array.IndexOf(_parents, from)] = to;
        from.DangerousRelease();
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle()
    {
        // An object that the library refuses to destroy still needs its parents: leaking all of them is the safe
        // outcome.
        if (_destroy(handle) != 0)
            return false;
        Owners.TryRemove(Token, out _);
        ReleaseParents(_parents.Length);
        return true;
    }

    private void AddReference()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        bool added = false;
        DangerousAddRef(ref added);
    }

    private void Abandon()
    {
        Owners.TryRemove(Token, out _);
        ReleaseParents(_parents.Length);
        SetHandleAsInvalid();
    }

    private void ReleaseParents(int count)
    {
        while (count-- > 0)
            _parents[count]?.DangerousRelease();
    }
}
