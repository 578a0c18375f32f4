using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace FastSockets.Packages.Tests;

/// <summary>Everything of an assembly that other programs can compile against: a line for each member, sorted.</summary>
internal static class PublicApiPrinter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Print(Assembly assembly)
    {
        IEnumerable<string> lines = assembly.GetExportedTypes().SelectMany(
            type => type.GetMembers(Declared).Select(Describe).Where(line => line is not null)
                .Select(line => $"{NameOf(type)}: {line}").Append(Describe(type)));
        return string.Join('\n', lines.Order(StringComparer.Ordinal)) + "\n";
    }

    private static string Describe(Type type)
    {
        string kind = type.IsEnum ? $"enum of {NameOf(Enum.GetUnderlyingType(type))}"
            : type.IsValueType ? "struct"
            : type.IsInterface ? "interface"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : "class";
        string form = type is { IsAbstract: true, IsSealed: true } ? "static "
            : type is { IsAbstract: true, IsInterface: false } ? "abstract "
            : type is { IsSealed: true, IsValueType: false } ? "sealed "
            : "";
        Type[] bases = type.IsEnum || type.IsValueType || type.BaseType is null || type.BaseType == typeof(object)
            ? []
            : [type.BaseType];
        string[] supers = [.. bases.Concat(type.IsEnum ? [] : type.GetInterfaces()).Select(NameOf).Order(StringComparer.Ordinal)];
        return $"{NameOf(type)} = {form}{kind}{(supers.Length > 0 ? " : " + string.Join(", ", supers) : "")}";
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo field when IsSeen(field.Attributes) && !field.IsSpecialName => field.DeclaringType!.IsEnum
            ? $"{field.Name} = {field.GetRawConstantValue()}"
            : $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field is { IsInitOnly: true } ? "readonly " : "")}"
                + $"{NameOf(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")}",
        ConstructorInfo { IsStatic: false } constructor when IsSeen(constructor) =>
            $"{Access(constructor)}new({Parameters(constructor)})",
        PropertyInfo property when property.GetAccessors(true).Any(IsSeen) =>
            $"{Modifiers(property.GetAccessors(true).First(IsSeen))}{NameOf(property.PropertyType)} {property.Name}"
                + (property.GetIndexParameters().Length > 0 ? "[]" : "")
                + $" {{ {string.Join(" ", property.GetAccessors(true).Where(IsSeen).Select(Accessor))} }}",
        EventInfo happening when IsSeen(happening.AddMethod!) =>
            $"{Modifiers(happening.AddMethod!)}event {NameOf(happening.EventHandlerType!)} {happening.Name}",
        MethodInfo method when IsSeen(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            $"{Modifiers(method)}{NameOf(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        _ => null,
    };

    private static string Accessor(MethodInfo accessor)
    {
        bool isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        return Access(accessor) + (isInit ? "init" : accessor.Name[..3]) + ";";
    }

    private static string Modifiers(MethodInfo method) => Access(method)
        + (method.IsStatic ? "static " : method is { IsVirtual: true, IsFinal: false, DeclaringType.IsInterface: false }
            ? method.IsAbstract ? "abstract " : method.GetBaseDefinition() == method ? "virtual " : "override "
            : "");

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";

    private static string Parameters(MethodBase method)
    {
        IEnumerable<string> parameters = method.GetParameters().Select(parameter =>
            (parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "")
            + $"{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}");
        return (method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "") + string.Join(", ", parameters);
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsSeen(FieldAttributes attributes) => (attributes & FieldAttributes.FieldAccessMask)
        is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
            return NameOf(type.GetElementType()!);
        if (type.IsArray)
            return NameOf(type.GetElementType()!) + "[]";
        if (type.IsPointer)
            return NameOf(type.GetElementType()!) + "*";
        if (type.IsGenericParameter)
            return type.Name;
        var name = new StringBuilder(type.IsNested ? $"{NameOf(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}");
        if (!type.IsGenericType)
            return name.ToString();
        int tick = name.ToString().LastIndexOf('`');
        if (tick >= 0)
            name.Length = tick;
        return name.Append('<').AppendJoin(", ", type.GetGenericArguments().Select(NameOf)).Append('>').ToString();
    }
}
