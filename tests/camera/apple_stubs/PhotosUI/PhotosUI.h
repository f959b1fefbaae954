#pragma once

#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

typedef NS_ENUM(NSInteger, PHPickerConfigurationAssetRepresentationMode) {
  PHPickerConfigurationAssetRepresentationModeAutomatic = 0,
  PHPickerConfigurationAssetRepresentationModeCurrent = 1,
  PHPickerConfigurationAssetRepresentationModeCompatible = 2,
} API_AVAILABLE(ios(14.0));

typedef NS_ENUM(NSInteger, PHPickerConfigurationSelection) {
  PHPickerConfigurationSelectionDefault = 0,
  PHPickerConfigurationSelectionOrdered = 1,
} API_AVAILABLE(ios(15.0));

API_AVAILABLE(ios(14.0))
@interface PHPickerFilter : NSObject <NSCopying>
@property(class, nonatomic, readonly) PHPickerFilter* imagesFilter;
@end

API_AVAILABLE(ios(14.0))
@interface PHPickerConfiguration : NSObject <NSCopying>
@property(nonatomic) PHPickerConfigurationAssetRepresentationMode
    preferredAssetRepresentationMode;
@property(nonatomic) NSInteger selectionLimit;
@property(nonatomic) PHPickerConfigurationSelection selection API_AVAILABLE(ios(15.0));
@property(nullable, nonatomic, copy) PHPickerFilter* filter;
- (instancetype)init;
@end

API_AVAILABLE(ios(14.0))
@interface PHPickerResult : NSObject
@property(nonatomic, readonly, strong) NSItemProvider* itemProvider;
@end

@class PHPickerViewController;

API_AVAILABLE(ios(14.0))
@protocol PHPickerViewControllerDelegate <NSObject>
- (void)picker:(PHPickerViewController*)picker
    didFinishPicking:(NSArray<PHPickerResult*>*)results;
@end

API_AVAILABLE(ios(14.0))
@interface PHPickerViewController : UIViewController
@property(nonatomic, weak) id<PHPickerViewControllerDelegate> delegate;
- (instancetype)initWithConfiguration:(PHPickerConfiguration*)configuration
    NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;
@end

NS_ASSUME_NONNULL_END
