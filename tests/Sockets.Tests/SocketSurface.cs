using System.Net.Sockets;
using System.Reflection;

namespace FastSockets.Sockets.Tests;

/// <summary>The public members of Socket and its company, and their counterparts here.</summary>
internal static class SocketSurface
{
    public static readonly (Type Original, Type Ours)[] Types =
    [
        (typeof(Socket), typeof(FastSocket)),
        (typeof(NetworkStream), typeof(FastStream)),
        (typeof(TcpClient), typeof(FastClient)),
        (typeof(TcpListener), typeof(FastListener)),
        (typeof(SocketAsyncEventArgs), typeof(FastSocketAsyncEventArgs)),
    ];

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What a type declares that a user can call or override, by signature.</summary>
    public static SortedDictionary<string, MemberInfo> Members(Type type)
    {
        var members = new SortedDictionary<string, MemberInfo>(StringComparer.Ordinal);
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            if (IsVisible(member) && member is not MethodInfo { IsSpecialName: true }
                && member.Name is not ("Finalize" or ".cctor"))
                members.Add(Signature(member, type), member);
        }
        return members;
    }

    /// <summary>Our member of the same name, parameters and result; more parameters only if optional.</summary>
    public static MemberInfo? Counterpart(MemberInfo original, Type ours) => original switch
    {
        ConstructorInfo constructor =>
            Array.Find(ours.GetConstructors(Declared), other => IsVisible(other) && Fits(constructor, other)),
        MethodInfo method => ours.GetMethods(Declared | BindingFlags.FlattenHierarchy).FirstOrDefault(
            other => other.Name == method.Name && IsVisible(other) && other.IsStatic == method.IsStatic
                && Fits(method, other) && other.ReturnType == Ours(method.ReturnType)),
        PropertyInfo property => ours.GetProperty(property.Name, Declared) is { } other
            && other.PropertyType == Ours(property.PropertyType)
            && (property.SetMethod is not { IsPublic: true } || other.SetMethod is { IsPublic: true }) ? other : null,
        EventInfo @event => ours.GetEvent(@event.Name, Declared) is { } other
            && other.EventHandlerType == Ours(@event.EventHandlerType!) ? other : null,
        _ => null,
    };

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily,
        PropertyInfo property => property.GetAccessors(true).Any(IsVisible),
        EventInfo @event => IsVisible(@event.AddMethod!),
        _ => false,
    };

    private static bool Fits(MethodBase original, MethodBase ours)
    {
        ParameterInfo[] wanted = original.GetParameters(), given = ours.GetParameters();
        return given.Length >= wanted.Length
            && wanted.Zip(given).All(pair => Ours(pair.First.ParameterType) == pair.Second.ParameterType)
            && given.Skip(wanted.Length).All(parameter => parameter.IsOptional);
    }

    private static Type Ours(Type type)
    {
        if (Array.Find(Types, pair => pair.Original == type).Ours is { } ours)
            return ours;
        return type.IsGenericType && !type.IsGenericTypeDefinition
            ? type.GetGenericTypeDefinition().MakeGenericType(Array.ConvertAll(type.GetGenericArguments(), Ours))
            : type;
    }

    private static string Signature(MemberInfo member, Type type) => member switch
    {
        ConstructorInfo constructor => $"{type.Name}({Parameters(constructor)})",
        MethodInfo method => $"{method.Name}({Parameters(method)})",
        _ => member.Name,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter =>
            (parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")
                + Name(parameter.ParameterType)));

    private static string Name(Type type)
    {
        if (type.HasElementType)
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "");
        if (type.IsGenericType)
        {
            string name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
            return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }
        return type.Name switch
        {
            "Int32" => "int",
            "Int64" => "long",
            "Boolean" => "bool",
            "Byte" => "byte",
            "String" => "string",
            "Object" => "object",
            string name => name,
        };
    }
}
