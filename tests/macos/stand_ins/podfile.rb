# Evaluates a Podfile, runs its post_install hooks on the pods that it names,
# and prints what came of it as JSON. What CocoaPods' DSL does not have is an
# error, as it is there.

require 'json'

class Configuration
  attr_reader :name, :build_settings

  def initialize(name)
    @name = name
    # The pod TensorFlow-experimental 1.1.1 was made for iOS 8.
    @build_settings = { 'IPHONEOS_DEPLOYMENT_TARGET' => '8.0' }
  end
end

class Target
  attr_reader :name, :build_configurations

  def initialize(name)
    @name = name
    @build_configurations = %w[Debug Release].map { |each| Configuration.new(each) }
  end
end

Project = Struct.new(:targets, :build_configurations)
Installer = Struct.new(:pods_project)

class Podfile
  attr_reader :platform_name, :platform_version, :project_path, :pods

  def initialize
    @pods = {}
    @hooks = []
    @quiet = false
  end

  def platform(name, version)
    @platform_name = name.to_s
    @platform_version = version
  end

  def project(path)
    @project_path = path
  end

  def inhibit_all_warnings!
    @quiet = true
  end

  def inherit!(mode)
    modes = %i[complete none search_paths]
    raise ArgumentError, "inherit! #{mode}" unless modes.include?(mode)
  end

  def target(name)
    outer = @target
    @target = name
    yield if block_given?
  ensure
    @target = outer
  end

  def pod(name, version = nil, path: nil)
    raise ArgumentError, 'a pod outside of a target' unless @target
    @pods[name] = { target: @target, version: version, path: path }
  end

  def post_install(&hook)
    @hooks << hook
  end

  def install
    names = @pods.keys + @pods.values.map { |each| "Pods-#{each[:target]}" }.uniq
    installer = Installer.new(Project.new(names.map { |name| Target.new(name) }, Target.new('').build_configurations))
    @hooks.each { |hook| hook.call(installer) }
    installer.pods_project.targets.to_h do |target|
      settings = target.build_configurations.to_h do |configuration|
        [configuration.name, configuration.build_settings]
      end
      [target.name, settings]
    end
  end
end

podfile = Podfile.new
podfile.instance_eval(File.read(ARGV[0]), ARGV[0])
puts JSON.generate(
  platform: podfile.platform_name,
  version: podfile.platform_version,
  project: podfile.project_path,
  pods: podfile.pods,
  targets: podfile.install
)
